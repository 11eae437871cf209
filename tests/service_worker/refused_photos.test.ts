/** A family that refuses: the pictures that this phone has delivered for it go in the round that brings the refusal. */
import { beforeEach, expect, test } from "vitest";
import { takeOutcomes } from "#worker/store/custody.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { bytes, keepPhoto, updatePhoto } from "#worker/store/photos.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { forgetRefused } from "#worker/store/refused.ts";
import type { OutcomeStatus, Values } from "#worker/store/types.ts";
import { answer, applied } from "./support/school.ts";
import { ME, picture, signedIn } from "./support/phone.ts";

const SCOPE = "class:c1" as const;
const P = "a".repeat(64);
let seq = 0;

beforeEach(async () => {
  seq = 0;
  await signedIn();
});

async function hear(id: string, consent: Values): Promise<void> {
  seq += 1;
  const row = { id, class_id: "c1", name: "张三", ...consent };
  const change = { scope: SCOPE, kind: "student", id, rev: seq, seq, op: "put" as const, row };
  const scopes = { [SCOPE]: { cursor: seq, more: false, reset: false } };
  await keepPull(ME, await reading(ME), answer({ changes: [change], scopes }));
}

/** Hand a visit with the picture in, and let the school answer; the picture has arrived. */
async function deliver(student: string, status: OutcomeStatus = "applied"): Promise<void> {
  const draft = newDraft(ME, "c1", { student_id: student, visit_result: "done", photos: [P] });
  await keepPhoto(ME, draft.id, picture(P));
  await putDraft(draft);
  const edits = await finishDraft(ME, draft.id);
  await takeOutcomes(
    ME,
    edits.map((each) => applied(each.id, { status, rev: status === "applied" ? 1 : null })),
  );
  await updatePhoto(ME, P, { state: "delivered" });
}

const isHere = async (): Promise<boolean> => (await bytes(ME, P)) !== undefined;

test.each([
  ["the record", { may_record: "no" }],
  ["photos alone", { may_record: "yes", may_photo: "no" }],
])("of %s", async (_, consent) => {
  await hear("st1", { may_record: "yes", may_photo: "archive" });
  await deliver("st1");
  await forgetRefused(ME);
  expect(await isHere()).toBe(true);
  await hear("st1", consent);
  await forgetRefused(ME);
  expect(await isHere()).toBe(false);
});

test("but not one that another family's visit has as well, until that family refuses too", async () => {
  await hear("st2", { may_record: "yes" });
  await deliver("st2");
  await hear("st1", { may_record: "no" });
  await deliver("st1");
  await forgetRefused(ME);
  expect(await isHere()).toBe(true);
  await hear("st2", { may_record: "no" });
  await forgetRefused(ME);
  expect(await isHere()).toBe(false);
});

test("nor one that a draft names", async () => {
  await hear("st1", { may_record: "no" });
  await deliver("st1");
  await putDraft(newDraft(ME, "c1", { student_id: "st2", photos: [P] }));
  await forgetRefused(ME);
  expect(await isHere()).toBe(true);
});

test.each(["held", "quarantined", "returned"] as const)("nor one of an edit that is %s", async (status) => {
  await hear("st1", { may_record: "no" });
  await deliver("st1", status);
  await forgetRefused(ME);
  expect(await isHere()).toBe(true);
});
