import { beforeEach, describe, expect, test } from "vitest";
import type { Scope } from "#worker/api/wire.ts";
import { getDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { keepPromise, type Due } from "#worker/store/due.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { queued } from "#worker/store/queue.ts";
import { homeView } from "#worker/store/mine.ts";
import { todayIn } from "#worker/store/today.ts";
import type { Values } from "#worker/store/types.ts";
import { answer } from "./support/school.ts";
import { finishVisit, ME, signedIn } from "./support/phone.ts";

const CLASS: Scope = "class:c1";
const PROMISE = { who: "teacher", what: "借一本词典", due: "2026-10-08", done: false };

let seq = 0;
async function pulled(kind: string, id: string, row: Values): Promise<void> {
  seq += 1;
  const change = { scope: CLASS, kind, id, rev: 1, seq, op: "put" as const, row: { id, ...row } };
  const scopes = { [CLASS]: { cursor: seq, more: false } };
  await keepPull(ME, await reading(ME), answer({ changes: [change], scopes }));
}

const dueNow = async (): Promise<readonly Due[]> => (await todayIn(await homeView(ME))).due;
const words = async (): Promise<string[]> =>
  (await dueNow()).map((each) => `${each.day ?? "—"} ${each.studentName} ${each.kind} ${each.what}`.trim());

beforeEach(async () => {
  seq = 0;
  await signedIn();
  await pulled("student", "st1", { name: "张三", class_id: "c1" });
});

describe("what stands on 今天 until it is kept", () => {
  test("open promises and days to visit again, by day, those without a day last", async () => {
    const undated = { ...PROMISE, what: "问问食堂", due: null };
    await finishVisit({ promises: [undated, PROMISE, { ...PROMISE, what: "已办", done: true }] });
    await finishVisit({ visit_date: "2026-09-29", visit_result: "rescheduled", rescheduled_to: "2026-10-03" });
    await finishVisit({ visit_date: "2026-10-01", follow_up_on: "2026-10-20" });
    expect(await words()).toEqual([
      "2026-10-03 张三 appointment",
      "2026-10-08 张三 promise 借一本词典",
      "2026-10-20 张三 follow_up",
      "— 张三 promise 问问食堂",
    ]);
  });

  test("a later visit that took place keeps the day, also one told for a brother or sister; a failed one does not", async () => {
    await finishVisit({ follow_up_on: "2026-10-20" });
    await finishVisit({ visit_date: "2026-10-02", visit_result: "nobody_home" });
    expect(await words()).toHaveLength(1);
    await finishVisit({ visit_date: "2026-10-02", student_id: "st2", also_for: ["st1"], visit_result: "done" });
    expect(await words()).toEqual([]);
  });

  test("a family whose child left is not visited again; what was promised stays", async () => {
    await finishVisit({ promises: [PROMISE], follow_up_on: "2026-10-20" });
    await pulled("student", "st1", { name: "张三", class_id: "c1", left_on: "2026-09-30" });
    expect(await words()).toEqual(["2026-10-08 张三 promise 借一本词典"]);
  });

  test("only of visits one took part in, and not of those put away", async () => {
    await pulled("visit", "v1", { student_id: "st1", author_id: "other", promises: [PROMISE] });
    await pulled("visit", "v2", { student_id: "st1", author_id: "other", visitors: [ME], follow_up_on: "2026-10-21" });
    await finishVisit({ promises: [PROMISE], void_reason: "写错了人" });
    expect(await words()).toEqual(["2026-10-21 张三 follow_up"]);
  });
});

describe("keeping a promise", () => {
  test("is an edit of the list, and can be taken back", async () => {
    await finishVisit({ promises: [PROMISE] });
    const [due] = await dueNow();
    if (!due) throw new Error("nothing due");
    await keepPromise(ME, due);
    expect(await words()).toEqual([]);
    expect((await queued(ME)).at(-1)?.edit.changes).toEqual({
      promises: { old: [PROMISE], new: [{ ...PROMISE, done: true }] },
    });
    await keepPromise(ME, due, false);
    expect(await words()).toHaveLength(1);
  });

  test("a draft of the visit that was opened before it goes on from there", async () => {
    const [first] = await finishVisit({ promises: [PROMISE] });
    const draft = await openVisit(ME, first?.visitId ?? "");
    const ref = `visit:${draft.id}` as const;
    await putDraft({ ...draft, values: { [ref]: { ...draft.values[ref], at_home: "爱读书" } } });
    const [due] = await dueNow();
    if (due) await keepPromise(ME, due);
    expect((await getDraft(ME, draft.id))?.values[ref]).toMatchObject({
      at_home: "爱读书",
      promises: [{ ...PROMISE, done: true }],
    });
    const [edit] = await finishDraft(ME, draft.id);
    expect(edit?.edit.changes).toEqual({ at_home: { old: null, new: "爱读书" } });
  });
});
