/** What the office gave back is at no school: its words are sent again, and nothing says that they have arrived. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pruneSent, takeOutcomes } from "#worker/store/custody.ts";
import { writeRecords } from "#worker/store/db.ts";
import { acknowledge, rewriteReturned } from "#worker/store/decisions.ts";
import { getDraft, newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { noteDecided } from "#worker/store/decided.ts";
import { attention, sendState } from "#worker/store/mine.ts";
import { bytes, keepPhoto, sweepPhotos, updatePhoto } from "#worker/store/photos.ts";
import { sentLog } from "#worker/store/queue.ts";
import type { Draft, EditStory, QueuedEdit, RecordRef, Values } from "#worker/store/types.ts";
import { answer, applied, bodyOf, json, school } from "./support/school.ts";
import { finishVisit, ME, picture, round, signedIn } from "./support/phone.ts";

const P = "a".repeat(64);

beforeEach(async () => {
  await signedIn();
});

afterEach(() => {
  vi.useRealTimers();
});

async function write(visitId: string, part: Values, ref: RecordRef = `visit:${visitId}`): Promise<Draft> {
  const draft = await openVisit(ME, visitId);
  return putDraft({ ...draft, values: { ...draft.values, [ref]: { ...draft.values[ref], ...part } } });
}

function the([edit]: readonly QueuedEdit[]): QueuedEdit {
  if (!edit) throw new Error("nothing was written");
  return edit;
}

const outcome = (edits: readonly QueuedEdit[], status: "applied" | "quarantined" | "returned"): Promise<unknown> =>
  takeOutcomes(
    ME,
    edits.map((each) => applied(each.id, status === "applied" ? {} : { status, rev: null })),
  );

/** The row by which the school tells of it, as a pull would bring it. */
async function giveBack({ id, record }: QueuedEdit): Promise<void> {
  const row = { id, record, status: "returned", note: "请写日期" };
  await writeRecords(["rows"], (tx) =>
    tx.objectStore("rows").put({ person: ME, scope: `self:${ME}`, kind: "edit", id, rev: 2, seq: 9, row }),
  );
}

/** The first of what came back, or the one of the given edit. */
const rewrite = async (id?: string): Promise<string[]> => {
  const stories = (await attention(ME)).filter((each) => each.type === "returned") as EditStory[];
  return rewriteReturned(ME, (stories.find((each) => each.id === id) ?? stories[0]) as EditStory);
};

/** A visit at the school, and an edit of it that the office has kept. */
async function keptBesides(part: Values): Promise<{ visitId: string; kept: QueuedEdit }> {
  const first = await finishVisit();
  const visitId = first[0]?.visitId ?? "";
  await outcome(first, "applied");
  await write(visitId, part);
  const kept = the(await finishDraft(ME, visitId));
  await outcome([kept], "quarantined");
  return { visitId, kept };
}

describe("words that the office gave back", () => {
  test("are handed in again from a draft that was opened while they lay on top", async () => {
    const { visitId, kept } = await keptBesides({ at_home: "一大段话", photos: [P], [`photos/${P}/caption`]: "书桌" });
    await write(visitId, { issues: "作业拖拉" });
    await giveBack(kept);
    expect(await sendState(ME, visitId)).toBe("需处理");
    await rewrite();
    expect(await sendState(ME, visitId)).toBe("草稿");
    const [again] = await finishDraft(ME, visitId);
    expect(again?.edit.changes).toEqual({
      at_home: { old: null, new: "一大段话" },
      issues: { old: null, new: "作业拖拉" },
      [`photos/${P}/caption`]: { old: null, new: "书桌" },
    });
    expect(again?.edit.members).toEqual({ photos: { add: [P], remove: [] } });
  });

  test("of a visit that was never at the school bring its child and its day along again", async () => {
    const kept = the(await finishVisit({ at_home: "话" }));
    const visitId = kept.visitId ?? "";
    await outcome([kept], "quarantined");
    await write(visitId, { issues: "作业" });
    await giveBack(kept);
    await rewrite();
    const [again] = await finishDraft(ME, visitId);
    expect(again?.edit.changes).toMatchObject({ student_id: { old: null, new: "st1" }, at_home: { new: "话" } });
    expect(again?.edit.changes).toMatchObject({ visit_date: { new: "2026-09-30" }, issues: { new: "作业" } });
  });

  test.each([
    ["the older first", [0, 1]],
    ["the newer first", [1, 0]],
  ])("of two edits that followed each other go into the draft one after the other, %s", async (_, order) => {
    const { visitId, kept } = await keptBesides({ at_home: "一" });
    await write(visitId, { at_home: "一二" });
    const behind = the(await finishDraft(ME, visitId));
    await outcome([behind], "quarantined");
    await outcome([kept, behind], "returned");
    for (const at of order) expect(await rewrite([kept, behind][at]?.id)).toEqual([]);
    expect(await attention(ME)).toEqual([]);
    const again = the(await finishDraft(ME, visitId));
    expect(again.edit.changes).toEqual({ at_home: { old: null, new: "一二" } });
  });

  test("stay in 需处理 where the draft says something else, and what fits is put in", async () => {
    const { visitId, kept } = await keptBesides({
      ...{ at_home: "退回的话", issues: "作业", pledge: "no", purpose: ["care"], promises: [{ what: "早睡" }] },
      ...{ photos: [P], [`photos/${P}/caption`]: "书桌" },
    });
    await outcome([kept], "returned");
    await write(visitId, { at_home: "后来的话", pledge: "not_yet", purpose: ["study"], promises: [{ what: "读书" }] });
    expect(await rewrite()).toEqual(["at_home", "pledge", "promises"]);
    expect(await attention(ME)).toMatchObject([{ type: "returned", id: kept.id }]);
    expect((await getDraft(ME, visitId))?.values[`visit:${visitId}`]).toMatchObject({
      ...{ at_home: "后来的话", issues: "作业", pledge: "not_yet", purpose: ["study", "care"] },
      ...{ promises: [{ what: "读书" }], photos: [P], [`photos/${P}/caption`]: "书桌" },
    });
    expect(await rewrite()).toEqual(["at_home", "pledge", "promises"]); // and nothing comes twice
    await write(visitId, { at_home: "后来的话。退回的话", pledge: "no", promises: [{ what: "早睡" }] });
    expect(await rewrite()).toEqual([]);
    expect(await attention(ME)).toEqual([]);
  });

  test("about a picture that the draft has let go stay in 需处理", async () => {
    const { visitId, kept } = await keptBesides({ photos: [P] });
    await outcome([kept], "applied");
    await write(visitId, { [`photos/${P}/caption`]: "书桌" });
    const words = the(await finishDraft(ME, visitId));
    await outcome([words], "quarantined");
    await outcome([words], "returned");
    await write(visitId, { photos: [] });
    expect(await rewrite()).toEqual([`photos/${P}/caption`]);
    expect(await attention(ME)).toHaveLength(1);
  });

  test("are handed in by whoever goes on writing without a look at 需处理", async () => {
    const { visitId, kept } = await keptBesides({ at_home: "一大段话" });
    await write(visitId, { issues: "作业拖拉" });
    await giveBack(kept);
    const [again] = await finishDraft(ME, visitId);
    expect(again?.edit.changes["at_home"]).toEqual({ old: null, new: "一大段话" });
  });

  test("leave what the draft was opened on as soon as the school tells of it", async () => {
    const { visitId, kept } = await keptBesides({ at_home: "一大段话" });
    await write(visitId, { issues: "作业拖拉" });
    const row = { id: kept.id, record: kept.record, status: "returned" };
    const scope = `self:${ME}` as const;
    school((call) => {
      const isFirst = bodyOf(call).pull?.scopes[scope] === undefined;
      const put = { scope, kind: "edit", id: kept.id, rev: 2, seq: 1, op: "put" as const, row };
      return json(answer({ scopes: { [scope]: { cursor: 1, more: false, reset: isFirst } }, changes: [put] }));
    });
    await round();
    expect((await sentLog(ME)).find((each) => each.id === kept.id)?.status).toBe("returned");
    const draft = await getDraft(ME, visitId);
    expect(draft?.opened[`visit:${visitId}`]?.["at_home"]).toBeNull();
    expect(draft?.values[`visit:${visitId}`]?.["at_home"]).toBe("一大段话");
  });

  test("are handed in by a window that keeps its draft as it was opened before", async () => {
    const { visitId, kept } = await keptBesides({ at_home: "一大段话" });
    const before = await openVisit(ME, visitId); // on the screen, and not kept yet
    await outcome([kept], "returned");
    const ref: RecordRef = `visit:${visitId}`;
    await putDraft({ ...before, values: { ...before.values, [ref]: { ...before.values[ref], issues: "作业" } } });
    const [again] = await finishDraft(ME, visitId);
    expect(again?.edit.changes).toMatchObject({ at_home: { new: "一大段话" }, issues: { new: "作业" } });
  });

  test("leave what is handed in again since alone, and step back behind one another", async () => {
    const { visitId, kept } = await keptBesides({ at_home: "一", strengths: "有耐心" });
    await write(visitId, { at_home: "一二" });
    const second = the(await finishDraft(ME, visitId));
    await outcome([second], "quarantined");
    await write(visitId, { issues: "作业" });
    await outcome([kept, second], "returned");
    const again = the(await finishDraft(ME, visitId));
    expect(again.edit.changes).toMatchObject({ at_home: { old: null, new: "一二" }, strengths: { new: "有耐心" } });
    await outcome([again], "applied");
    await write(visitId, { issues: "作业拖拉" });
    const [last] = await finishDraft(ME, visitId);
    expect(last?.edit.changes).toEqual({ issues: { old: "作业", new: "作业拖拉" } });
  });

  test("of which only the facts went, for want of consent: these go again", async () => {
    const first = await finishVisit({ visit_result: "done", at_home: "话" });
    await outcome(first, "returned");
    const visitId = first[0]?.visitId ?? "";
    const draft: Draft = { ...(await openVisit(ME, visitId)), opened: {}, studentId: "st2", classId: "c1" };
    await putDraft({ ...draft, values: { [`visit:${visitId}`]: { student_id: "st2", at_home: "话" } } });
    const facts = await finishDraft(ME, visitId, true);
    await outcome(facts, "returned");
    const again = await finishDraft(ME, visitId, true);
    expect(again[0]?.edit.changes).toEqual({ student_id: { old: null, new: "st2" } });
  });
});

test("words that came back never take the place of later ones that the school has", async () => {
  const { visitId, kept } = await keptBesides({ at_home: "以前的话" });
  await outcome([kept], "returned");
  await write(visitId, { at_home: "后来写的" });
  expect(await rewrite()).toEqual(["at_home"]);
  await outcome(await finishDraft(ME, visitId), "applied");
  expect(await rewrite()).toEqual(["at_home"]);
  expect((await openVisit(ME, visitId)).values[`visit:${visitId}`]).toMatchObject({ at_home: "后来写的" });
  expect((await attention(ME)).map((each) => each.type)).toEqual(["returned"]);
});

test("a visit is 需处理 until its teacher has read that an edit of it was given back", async () => {
  const { visitId, kept } = await keptBesides({ at_home: "b" });
  await outcome([kept], "returned");
  expect([await sendState(ME, visitId), (await attention(ME)).map((each) => each.type)]).toEqual([
    "需处理",
    ["returned"],
  ]);
  await acknowledge(ME, kept.id);
  expect([await sendState(ME, visitId), await attention(ME)]).toEqual(["已送达", []]);
});

test("what was given back is kept until its teacher has read so, and 45 days more", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const days = (n: number): unknown => vi.setSystemTime(Date.now() + n * 86_400_000);
  const isKept = async (edit: QueuedEdit): Promise<boolean> => {
    await pruneSent(ME);
    return (await sentLog(ME)).some((each) => each.id === edit.id);
  };
  const kept = the(await finishVisit({ at_home: "只有这里有" }));
  await outcome([kept], "quarantined");
  days(50);
  await giveBack(kept);
  await outcome(await finishVisit(), "applied"); // whatever is written next notes it in the log
  expect(await isKept(kept)).toBe(true);
  expect(await attention(ME)).toMatchObject([{ type: "returned", id: kept.id }]);
  days(100);
  await acknowledge(ME, kept.id);
  days(44);
  expect(await isKept(kept)).toBe(true);
  days(2);
  expect(await isKept(kept)).toBe(false);
});

test("a picture is kept on the phone while the office has its edit, and until its writer has read that it came back", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const draft = newDraft(ME, "c1", { student_id: "st1", photos: [P] });
  await keepPhoto(ME, draft.id, picture(P));
  await putDraft(draft);
  const kept = the(await finishDraft(ME, draft.id));
  await outcome([kept], "quarantined");
  await updatePhoto(ME, P, { state: "delivered", at: Date.now() });
  const isThere = async (): Promise<boolean> => {
    vi.setSystemTime(Date.now() + 40 * 86_400_000);
    await sweepPhotos(ME);
    return (await bytes(ME, P)) !== undefined;
  };
  expect(await isThere()).toBe(true);
  await giveBack(kept);
  await noteDecided(ME);
  expect(await isThere()).toBe(true);
  await acknowledge(ME, kept.id);
  expect(await isThere()).toBe(false);
});
