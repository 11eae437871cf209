import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createUndo, UNDO_MS } from "#pwa/components/undo.ts";
import type { Values } from "#worker/store/types.ts";
import { withoutPhoto, withPhotos } from "#pwa/visit/photo_values.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what was put away can be brought back for eight seconds, once", async () => {
  const undo = createUndo();
  const back = vi.fn(() => Promise.resolve());
  undo.show("草稿已放下。", back);
  vi.advanceTimersByTime(UNDO_MS - 1);
  await undo.take();
  await undo.take();
  expect(back).toHaveBeenCalledOnce();
});

test("the offer lapses by itself, but not while a finger rests on it", () => {
  const undo = createUndo();
  undo.show("草稿已放下。", () => Promise.resolve());
  undo.hold();
  vi.advanceTimersByTime(UNDO_MS * 3);
  expect(undo.offer.value).not.toBeNull();
  undo.release();
  vi.advanceTimersByTime(UNDO_MS);
  expect(undo.offer.value).toBeNull();
});

test("a photo brought back has its words again", () => {
  const form: Values = { ...withPhotos({}, ["a", "b"]), "photos/a/caption": "书桌" };
  const without: Values = { ...form, ...withoutPhoto(form, "a") };
  expect(without["photos"]).toEqual(["b"]);
  const again: Values = { ...without, ...withPhotos(without, ["a"]) };
  expect(again["photos"]).toEqual(["b", "a"]);
  expect(again["photos/a/caption"]).toBe("书桌");
});

test("photos are kept for the archive only, and are never more than six", () => {
  const form = withPhotos({}, ["1", "2", "3", "4", "5", "6", "7"]);
  expect(form["photos"]).toHaveLength(6);
  expect(form["photos/6/use"]).toBe("archive");
  expect(form["photos/7/use"]).toBeUndefined();
});
