/** What of one's own about a child is not at the school yet. */
import { beforeEach, expect, test } from "vitest";
import { takeOutcomes } from "#worker/store/custody.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { searchStudents, students } from "#worker/store/records.ts";
import { answer, applied } from "./support/school.ts";
import { finishVisit, ME, signedIn } from "./support/phone.ts";

beforeEach(async () => {
  await signedIn();
  const changes = ["a", "b", "c"].map((id, at) => {
    const row = { id, name: id, pinyin: id, initials: id, class_id: "c1", household_id: id === "b" ? "h2" : "h1" };
    return { scope: "class:c1", kind: "student", id, rev: 1, seq: at + 1, op: "put", row } as const;
  });
  await keepPull(ME, await reading(ME), answer({ changes, scopes: { "class:c1": { cursor: 3, more: false } } }));
});

const pending = async (): Promise<unknown[]> => (await students(ME, "c1")).map((each) => each.pending);

test("a draft and a visit on its way are told for the child, its brothers and sisters, until the school has them", async () => {
  expect(await pending()).toEqual([null, null, null]);
  await putDraft(newDraft(ME, "c1", { student_id: "a", also_for: ["c"] }));
  expect(await pending()).toEqual(["草稿", null, "草稿"]);
  const [edit] = await finishVisit({ student_id: "a", visit_form: "home", visit_result: "done" });
  expect(await pending()).toEqual(["待上传", null, "草稿"]);
  expect((await searchStudents(ME, "a")).map((each) => each.pending)).toEqual(["待上传"]);
  await takeOutcomes(ME, [applied(edit?.id ?? "")]);
  expect(await pending()).toEqual(["草稿", null, "草稿"]);
});

test("what the school could not take is told too, and a visit that was withdrawn is not", async () => {
  const [stopped] = await finishVisit({ student_id: "b" });
  await takeOutcomes(ME, [applied(stopped?.id ?? "", { status: "quarantined", reason: "invalid" })]);
  await finishVisit({ student_id: "a", void_reason: "写错了人" });
  expect(await pending()).toEqual([null, "需处理", null]);
});
