/** Without a family's consent only day, form and result leave the phone, and no word that was typed is lost. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agreedInVain, answersWaiting } from "#worker/store/answered.ts";
import { factsOf, KEPT, noteConsent } from "#worker/store/consent.ts";
import { takeOutcomes } from "#worker/store/custody.ts";
import { rewriteReturned } from "#worker/store/decisions.ts";
import { getDraft, newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { attention, homeCounts, myRecords, sendState } from "#worker/store/mine.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { queued } from "#worker/store/queue.ts";
import { studentPage } from "#worker/store/records.ts";
import type { Draft, EditStory, QueuedEdit } from "#worker/store/types.ts";
import { answer, applied } from "./support/school.ts";
import { ME } from "./support/phone.ts";

const FACTS = { student_id: "st1", visit_date: "2026-10-15", visit_result: "done", visitors: [ME] };
const WORDS = { strengths: "爱帮妈妈做饭", time_start: "19:30", respondents: ["mother"], photos: ["a".repeat(64)] };

function written(): Draft {
  const draft = newDraft(ME, "c1", { ...FACTS, ...WORDS });
  return { ...draft, values: { ...draft.values, [`visit_private:${draft.id}`]: { child_voice: "想打球" } } };
}

async function pullStudent(may_record: string | null, rev = 1, more = {}): Promise<void> {
  const row = { id: "st1", class_id: "c1", name: "张三", ...(may_record === null ? {} : { may_record }), ...more };
  const change = { scope: "class:c1", kind: "student", id: "st1", rev, seq: rev, op: "put", row } as const;
  const scopes = { "class:c1": { cursor: rev, more: false, reset: rev === 1, digest: { n: 1, seqs: String(rev) } } };
  await keepPull(ME, await reading(ME), answer({ changes: [change], scopes }));
}

async function noteAnother(studentId: string): Promise<QueuedEdit[]> {
  await noteConsent(ME, { studentId, classId: "c1" }, { record: "no", who: "mother", channel: "paper" });
  return queued(ME);
}

async function noteReturnedBy(id: string): Promise<void> {
  const row = { status: "returned", reason: "请补充" };
  const change = { scope: `self:${ME}`, kind: "edit", id, rev: 2, seq: 9, op: "put", row } as const;
  const scopes = { [`self:${ME}`]: { cursor: 9, more: false, reset: true, digest: { n: 1, seqs: "9" } } };
  await keepPull(ME, await reading(ME), answer({ changes: [change], scopes }));
}

const mayRecord = async (): Promise<string | undefined> => (await studentPage(ME, "st1"))?.student.mayRecord;

describe("handing in without consent", () => {
  test("sends day, form and result, and keeps every word as a draft", async () => {
    const draft = await putDraft(written());
    const edits = await finishDraft(ME, draft.id, true);
    expect(edits.map((each) => each.record)).toEqual([`visit:${draft.id}`]);
    expect(Object.keys(edits[0]?.edit.changes ?? {}).sort()).toEqual(["student_id", "visit_date", "visit_result"]);
    expect(Object.keys(edits[0]?.edit.members ?? {})).toEqual(["visitors"]);
    const kept = await getDraft(ME, draft.id);
    expect(kept?.values).toEqual(draft.values);
    expect(kept?.revision).toBeGreaterThan(draft.revision);
    expect(await finishDraft(ME, draft.id, true)).toEqual([]); // the facts are written once
    expect((await getDraft(ME, draft.id))?.values).toEqual(draft.values);
  });

  test("ends the draft when there was nothing else in it", async () => {
    const draft = await putDraft(newDraft(ME, "c1", FACTS));
    expect(await finishDraft(ME, draft.id, true)).toHaveLength(1);
    expect(await getDraft(ME, draft.id)).toBeUndefined();
    expect(await sendState(ME, draft.id)).toBe("待上传");
  });

  test("sends every word and no photo where photos alone are refused, and keeps these as a draft", async () => {
    const photo = `photos/${"a".repeat(64)}/caption`;
    const draft = written();
    const visit = `visit:${draft.id}` as const;
    const more = { [photo]: "书桌", photo_order: [{ photo: "a".repeat(64) }] };
    await putDraft({ ...draft, values: { ...draft.values, [visit]: { ...draft.values[visit], ...more } } });
    const [edit, own] = await finishDraft(ME, draft.id, false, true);
    expect(Object.keys(edit?.edit.changes ?? {}).sort()).toEqual([
      ...["strengths", "student_id", "time_start", "visit_date", "visit_result"],
    ]);
    expect(Object.keys(edit?.edit.members ?? {}).sort()).toEqual(["respondents", "visitors"]);
    expect(own?.edit.changes).toHaveProperty("child_voice");
    expect((await getDraft(ME, draft.id))?.values[visit]?.[photo]).toBe("书桌");
    expect(await finishDraft(ME, draft.id, false, true)).toEqual([]);
    const [later] = await finishDraft(ME, draft.id); // once the family agrees
    expect(later?.edit.members).toEqual({ photos: { add: ["a".repeat(64)], remove: [] } });
    expect(Object.keys(later?.edit.changes ?? {}).sort()).toEqual(["photo_order", photo]);
    expect(await getDraft(ME, draft.id)).toBeUndefined();
  });

  test("takes a photo out of what the school has, also where its family refuses photos", async () => {
    const [one, two] = ["a".repeat(64), "b".repeat(64)];
    const draft = newDraft(ME, "c1", FACTS);
    const visit = `visit:${draft.id}` as const;
    const opened = { ...FACTS, photos: [one, two], [`photos/${two}/caption`]: "书桌" };
    const now = { ...opened, photos: [two], [`photos/${two}/caption`]: "窗台" };
    await putDraft({ ...draft, opened: { [visit]: opened }, values: { [visit]: now } });
    const [edit] = await finishDraft(ME, draft.id, false, true);
    expect(edit?.edit.members).toEqual({ photos: { add: [], remove: [one] } });
    expect(edit?.edit.changes).toEqual({});
  });

  test("is told as what it is: delivered, and the words still on this phone", async () => {
    await pullStudent("unknown");
    const draft = await putDraft(written());
    const told = async (): Promise<unknown[]> =>
      (await myRecords(ME)).map(({ state, held, mayRecord }) => [state, held, mayRecord]);
    expect(await told()).toEqual([["草稿", false, "unknown"]]);
    const [facts] = await finishDraft(ME, draft.id, true);
    expect(await told()).toEqual([["待上传", true, "unknown"]]);
    await takeOutcomes(
      ME,
      [facts?.id ?? ""].map((id) => applied(id)),
    );
    expect(await told()).toEqual([["已送达", true, "unknown"]]);
    expect((await studentPage(ME, "st1"))?.visits.map((each) => each.held)).toEqual([true]);
    const waiting = await openVisit(ME, draft.id);
    const visit = `visit:${draft.id}` as const;
    const rescheduled = { ...waiting.values[visit], visit_date: "2026-10-16" };
    await putDraft({ ...waiting, values: { ...waiting.values, [visit]: rescheduled } });
    expect(await told()).toEqual([["草稿", false, "unknown"]]); // a fact was changed, and not handed in
    await finishDraft(ME, draft.id, true);
    await pullStudent("yes", 2);
    expect(await told()).toEqual([["草稿", false, "yes"]]); // now the words can go
  });

  test("goes on from what was handed in, once the family agrees", async () => {
    const draft = await putDraft(written());
    const [facts] = await finishDraft(ME, draft.id, true);
    const [words, own] = await finishDraft(ME, draft.id);
    expect(words?.edit.after).toBe(facts?.id);
    expect(words?.edit.changes["strengths"]).toEqual({ old: null, new: "爱帮妈妈做饭" });
    expect(words?.edit.changes["student_id"]).toBeUndefined();
    expect(words?.edit.members["photos"]?.add).toEqual(["a".repeat(64)]);
    expect(own?.record).toBe(`visit_private:${draft.id}`);
    expect(await getDraft(ME, draft.id)).toBeUndefined();
  });

  test("takes what the school's server keeps, and no more", () => {
    const file = join(import.meta.dirname, "../contract/form/kept.json");
    const said = JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>;
    const sorted = (kind: string): string[] => [...(KEPT[kind] ?? [])].sort();
    expect(Object.keys(KEPT)).toEqual(Object.keys(said));
    for (const [kind, fields] of Object.entries(said)) expect(sorted(kind)).toEqual(fields.sort());
  });

  test("sends a gift that was declined, and nothing else of what the teacher thinks", async () => {
    const draft = written();
    const own = { "reflection:r1": { gift_declined: "一箱苹果，退回了", reflection: "孩子很懂事" } };
    const kept = await putDraft({ ...draft, values: { ...draft.values, ...own } });
    const [visit, reflection, ...others] = await finishDraft(ME, kept.id, true);
    expect(others).toEqual([]);
    expect(reflection?.edit).toMatchObject({ record: "reflection:r1", after: visit?.id });
    expect(reflection?.edit.changes).toEqual({
      visit_id: { old: null, new: kept.id },
      gift_declined: { old: null, new: "一箱苹果，退回了" },
    });
    const [later] = (await finishDraft(ME, kept.id)).filter((each) => each.record === "reflection:r1");
    expect(later?.edit.changes).toHaveProperty("reflection");
    expect(later?.edit.changes).not.toHaveProperty("gift_declined");
  });

  test("takes none of the school's words away", () => {
    const draft = written();
    const visit = `visit:${draft.id}` as const;
    const opened = { [visit]: { ...FACTS, at_home: "会做饭" } };
    const facts = factsOf({ ...draft, opened, values: { [visit]: { ...FACTS, at_home: "" } } });
    expect(facts.values[visit]?.["at_home"]).toBe("会做饭");
  });
});

describe("what a family lets the school write down", () => {
  test("is unknown until a row says so", async () => {
    await pullStudent(null);
    expect(await mayRecord()).toBe("unknown");
    await pullStudent("no", 2);
    expect(await mayRecord()).toBe("no");
  });

  test("is told of photos apart, in the list of visits as well: nobody puts one where none is wanted", async () => {
    const draft = await putDraft(written());
    const told = async (): Promise<unknown[]> => (await myRecords(ME)).map(({ id, mayPhoto }) => [id, mayPhoto]);
    await pullStudent("yes");
    expect(await told()).toEqual([[draft.id, "unknown"]]);
    await pullStudent("yes", 2, { may_photo: "no" });
    expect(await told()).toEqual([[draft.id, "no"]]);
    expect((await studentPage(ME, "st1"))?.student.mayPhoto).toBe("no");
  });

  test("stays refused until the school has heard of a change: it may be another guardian's word", async () => {
    await pullStudent("no");
    const of = { studentId: "st1", classId: "c1" };
    await noteConsent(ME, of, { record: "yes", who: "father", channel: "paper" });
    expect(await mayRecord()).toBe("no");
    await pullStudent("yes", 2);
    expect(await mayRecord()).toBe("yes");
    await noteConsent(ME, of, { record: "no", who: "mother", channel: "oral" });
    expect(await mayRecord()).toBe("no");
  });

  test("was agreed to in vain where the school has heard it and a refusal stands all the same", async () => {
    await pullStudent("no");
    const of = { studentId: "st1", classId: "c1" };
    const deliver = async (rev: number): Promise<void> => {
      const [edit] = await queued(ME);
      await takeOutcomes(ME, [applied(edit?.id ?? "", { rev })]);
    };
    const inVain = (): Promise<boolean> => agreedInVain(ME, "st1");
    expect(await inVain()).toBe(false);
    await noteConsent(ME, of, { record: "yes", who: "father", channel: "oral" });
    expect(await inVain()).toBe(false); // still here
    await deliver(2);
    expect(await inVain()).toBe(false); // what became of it is not known yet
    await pullStudent("no", 2);
    expect(await inVain()).toBe(true);
    await pullStudent("yes", 3);
    expect(await inVain()).toBe(false);
    await pullStudent("no", 4);
    await noteConsent(ME, of, { record: "no", who: "father", channel: "oral" });
    expect(await inVain()).toBe(false);
    await deliver(5);
    await pullStudent("no", 5);
    expect(await inVain()).toBe(false); // the last word was a refusal
  });

  test("needs no visit: an answer belongs to its child, shows where it is until the school has it, and is one thing that waits", async () => {
    await pullStudent("unknown");
    const of = { studentId: "st1", classId: "c1" };
    const pending = async (): Promise<unknown> => (await studentPage(ME, "st1"))?.student.pending;
    await noteConsent(ME, of, { record: "yes", who: "father", channel: "paper" });
    const [edit] = await noteAnother("st2");
    expect(edit).toMatchObject({ visitId: null, record: "student:st1", edit: { after: null } });
    expect(await pending()).toBe("待上传");
    expect((await answersWaiting(ME))[0]).toEqual({
      ...{ studentId: "st1", studentName: "张三", record: "yes", state: "待上传" },
    });
    expect(await homeCounts(ME)).toMatchObject({ waitingVisits: 2, unsentVisits: 2, needAction: 0 });
    expect(await myRecords(ME)).toEqual([]);
    await takeOutcomes(ME, [applied(edit?.id ?? "", { rev: 2 })]);
    expect([await pending(), (await answersWaiting(ME)).length]).toEqual([null, 1]);
    expect(await homeCounts(ME)).toMatchObject({ waitingVisits: 1 });
  });

  test("is told by its child where the school does not take an answer in", async () => {
    await pullStudent("unknown");
    const [edit] = await noteAnother("st1");
    await takeOutcomes(ME, [applied(edit?.id ?? "", { status: "quarantined", rev: null, reason: "not_yours" })]);
    expect((await studentPage(ME, "st1"))?.student.pending).toBe("需处理");
    const told = { type: "quarantined", studentName: "张三", studentId: "st1", visitId: null };
    expect(await attention(ME)).toMatchObject([told]);
    await noteReturnedBy(edit?.id ?? "");
    const [returned] = await attention(ME);
    expect(returned).toMatchObject({ ...told, type: "returned" });
    await rewriteReturned(ME, returned as EditStory);
    expect(await myRecords(ME)).toEqual([]); // no visit is begun for it
  });

  test("counts on the phone as soon as the teacher has written it down, and goes before the words", async () => {
    await pullStudent("unknown");
    const draft = await putDraft(written());
    await noteConsent(ME, { studentId: "st1", classId: "c1" }, { record: "yes", who: "mother", channel: "oral" });
    expect(await mayRecord()).toBe("yes");
    await finishDraft(ME, draft.id);
    const [first, second] = await queued(ME);
    expect(first?.edit).toMatchObject({
      record: "student:st1",
      op: "edit",
      changes: { may_record: { new: "yes" }, who: { new: "mother" }, channel: { new: "oral" } },
    });
    expect(second?.record).toBe(`visit:${draft.id}`);
    expect((await openVisit(ME, draft.id)).values[`visit:${draft.id}`]?.["strengths"]).toBe("爱帮妈妈做饭");
  });
});
