/** A child that left the school: nobody is asked to visit it, and nothing that was written is lost. */
import { beforeEach, expect, test } from "vitest";
import type { Scope } from "#worker/api/wire.ts";
import { listDrafts, newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { queued } from "#worker/store/queue.ts";
import { rooms, searchStudents, studentPage, students } from "#worker/store/records.ts";
import type { Values } from "#worker/store/types.ts";
import { answer } from "./support/school.ts";
import { finishVisit, ME, signedIn } from "./support/phone.ts";

const CLASS: Scope = "class:c1";

let seq = 0;
async function pulled(kind: string, id: string, row: Values, scope: Scope = CLASS): Promise<void> {
  seq += 1;
  const change = { scope, kind, id, rev: seq, seq, op: "put" as const, row: { id, ...row } };
  await keepPull(
    ME,
    await reading(ME),
    answer({ changes: [change], scopes: { [scope]: { cursor: seq, more: false } } }),
  );
}
const child = (id: string, name: string, leftOn: string | null = null): Promise<void> =>
  pulled("student", id, { name, pinyin: name, initials: name, class_id: "c1", left_on: leftOn });
const listed = async (): Promise<string[]> => (await students(ME, "c1")).map((each) => `${each.name} ${each.state}`);

beforeEach(async () => {
  seq = 0;
  await signedIn();
  await pulled("class", "c1", { name: "七年级1班", grade: 7 }, "school:s1");
  await child("st1", "甲");
  await child("st2", "乙");
});

test("it is not among those that were not visited, in no list and no search", async () => {
  await child("st1", "甲", "2026-01-01");
  expect(await listed()).toEqual(["乙 未访"]);
  expect((await rooms(ME))[0]?.students.map((each) => each.name)).toEqual(["乙"]);
  expect(await searchStudents(ME, "甲")).toEqual([]);
  expect((await studentPage(ME, "st1"))?.student.gone).toBe(true);
});

test("on its last day it is here still, and once that was taken back it is here again", async () => {
  await child("st1", "甲", "9999-12-31");
  expect(await listed()).toContain("甲 未访");
  await child("st1", "甲", "2026-01-01");
  await child("st1", "甲");
  expect(await listed()).toContain("甲 未访");
});

test("visits that were made count and are read", async () => {
  await finishVisit({ student_id: "st1", visit_form: "home", visit_result: "done" });
  await child("st1", "甲", "2026-01-01");
  expect((await listed()).sort()).toEqual(["乙 未访", "甲 登门"]);
  expect((await studentPage(ME, "st1"))?.visits).toHaveLength(1);
});

test("a draft stays, and is handed in", async () => {
  const draft = newDraft(ME, "c1", { student_id: "st1", visit_date: "2026-01-01", visit_form: "phone" });
  await putDraft(draft);
  await child("st1", "甲", "2026-01-01");
  expect((await listDrafts(ME)).map((each) => each.id)).toEqual([draft.id]);
  expect(await listed()).toContain("甲 未访");
  await finishDraft(ME, draft.id);
  expect((await queued(ME)).map((each) => each.visitId)).toEqual([draft.id]);
});
