import { expect, test } from "vitest";
import { photosInOrder } from "#worker/store/photo_order.ts";
import type { Photo, Values } from "#worker/store/types.ts";
import { IDLE, type Report } from "#worker/sync/report.ts";
import { withInstead, withMoved, withoutPhoto, withPhotoBack, withPhotos } from "#pwa/visit/photo_values.ts";
import { wayOf } from "#pwa/visit/photo_way.ts";
import { notesOf, problemOf } from "#pwa/visit/share_words.ts";
import { moved } from "#pwa/visit/use_drag_order.ts";

const then = (form: Values, next: Values): Values => ({ ...form, ...next });
const three: Values = { photos: ["a", "b", "c"], "photos/b/caption": "书桌", "photos/b/agreed_on_spot": true };

test("a photo comes in once, for the archive only, and never as the seventh", () => {
  expect(withPhotos({}, ["a"])).toEqual({ photos: ["a"], "photos/a/use": "archive" });
  expect(withPhotos(then(three, { "photos/b/use": "public" }), ["b"])).toEqual({ photos: ["a", "b", "c"] });
  expect(withPhotos({ photos: ["1", "2", "3", "4", "5", "6"] }, ["7"])).toEqual({
    photos: ["1", "2", "3", "4", "5", "6"],
  });
});

test("a photo moves by one place or many, and one that nobody has placed comes last", () => {
  const form = then(three, withMoved(three, 2, 0));
  expect(photosInOrder(form)).toEqual(["c", "a", "b"]);
  expect(photosInOrder(then(form, withPhotos(form, ["d"])))).toEqual(["c", "a", "b", "d"]);
  expect(withMoved(form, 0, 3)).toEqual({});
  expect(withMoved(form, 0, -1)).toEqual({});
  expect(moved(["x", "y", "z"], 0, 2)).toEqual(["y", "z", "x"]);
});

test("a photo taken out comes back with its words at its place", () => {
  const without = then(three, withoutPhoto(three, "b"));
  expect(photosInOrder(without)).toEqual(["a", "c"]);
  const more = then(without, withPhotos(without, ["d"]));
  const back = then(more, withPhotoBack(more, three, "b"));
  expect(photosInOrder(back)).toEqual(["a", "b", "c", "d"]);
  expect(back["photos/b/caption"]).toBe("书桌");
  const full = then(three, { photos: ["1", "2", "3", "4", "5", "6"] });
  expect(withPhotoBack(full, three, "b")).toEqual({});
});

test("another picture takes the place and the words of one, not the parents' yes", () => {
  const form = then(three, withMoved(three, 1, 0));
  const now = then(form, withInstead(form, "b", "n"));
  expect(photosInOrder(now)).toEqual(["n", "a", "c"]);
  expect(now["photos/n/caption"]).toBe("书桌");
  expect(now["photos/n/agreed_on_spot"]).toBeUndefined();
  expect(withInstead(form, "b", "a")).toEqual({});
});

test("every photo says the truth about its way", () => {
  const card = (part: Partial<Photo>): Photo => ({
    ...{ person: "p", sha256: "a", bytes: 200, width: 4, height: 3, state: "waiting", visitId: "v", reason: null },
    ...{ message: null, begun: true, failures: 0, notBefore: 0, at: 0 },
    ...part,
  });
  const report = (part: Partial<Report>): Report => ({ ...IDLE, ...part });
  const sending = report({ phase: "photos", photo: "a", connection: "ok" });
  const text = (part: Partial<Photo>, now: Report = IDLE): string => wayOf(card(part), true, now).text;
  expect(text({ arrived: 90 }, sending)).toBe("在路上 45%");
  expect(text({}, sending)).toBe("在路上 0%");
  expect(text({ arrived: 90, sha256: "b" }, sending)).toBe("待上传，已到 45%");
  expect(text({ arrived: 90 }, report({ connection: "no_network" }))).toBe("等网络，已到 45%");
  expect(text({}, report({ connection: "not_ours" }))).toBe("等网络");
  expect(text({ failures: 1 })).toBe("没传成，过一会儿自动再传");
  expect(text({ arrived: 90 })).toBe("待上传，已到 45%");
  expect(text({ state: "draft" })).toBe("在本机，交上去以后再传");
  expect(text({ state: "delivered" })).toBe("已送达");
  expect(text({ state: "refused" })).toBe("学校没有收下");
  expect(wayOf(undefined, false, IDLE).text).toBe("已送达");
  expect(wayOf(card({ state: "delivered" }), false, IDLE, false).text).toBe("学校已有这张，交上去就归到这里");
  expect(wayOf(card({ state: "waiting" }), false, IDLE, false).text).toBe("在本机，交上去以后再传");
  expect(wayOf(card({ state: "refused" }), false, IDLE, false).text).toBe("学校没有收下");
  expect(wayOf(undefined, true, IDLE).text).toBe("还没传到学校，在拍照那台手机里");
});

test("what happened to shared pictures is said in whole sentences", () => {
  expect(problemOf("signed_out")).toBe("还没登录，照片没有收下。请登录后再分享一次。");
  expect(problemOf(undefined)).toBe("");
  expect(notesOf({ photos: "6", left_out: "1" })).toBe("一次最多收 6 张，另有 1 张没有收。");
  expect(notesOf({ unreadable: "2", known: "1" })).toContain("有 1 张已经在手记里了");
  expect(notesOf({ unreadable: "x" })).toBe("");
});
