import { beforeEach, expect, test, vi } from "vitest";
import type { Scope } from "#worker/api/wire.ts";
import { newId } from "#worker/ids.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { isLate, isLateEntry } from "#worker/store/late.ts";
import { myRecords } from "#worker/store/mine.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import type { Values } from "#worker/store/types.ts";
import { answer } from "./support/school.ts";
import { finishVisit, ME, signedIn } from "./support/phone.ts";

const SELF: Scope = `self:${ME}`;
const at = (clock: string): void => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(clock) });
};
const lates = async (): Promise<boolean[]> => (await myRecords(ME)).map((each) => each.late);

async function pulled(id: string, row: Values): Promise<void> {
  const change = { scope: SELF, kind: "visit", id, rev: 1, seq: 1, op: "put" as const, row: { id, ...row } };
  const scopes = { [SELF]: { cursor: 1, more: false } };
  await keepPull(ME, await reading(ME), answer({ changes: [change], scopes }));
}

beforeEach(async () => {
  await signedIn();
});

test("a visit is late from the second day after it, counted in days as the school counts", () => {
  expect(isLate("2026-09-30", new Date("2026-10-01T23:59:00"))).toBe(false);
  expect(isLate("2026-09-30", new Date("2026-10-02T00:01:00"))).toBe(true);
  expect(isLate("", new Date())).toBe(false);
  expect(isLate("2026-09-30", new Date("late"))).toBe(false);
});

test("what was handed in in time never becomes late, what was not stays so", async () => {
  at("2026-10-01T20:00:00");
  await finishVisit({ visit_date: "2026-09-30" });
  await finishVisit({ visit_date: "2026-09-29" });
  at("2026-11-01T20:00:00");
  expect(await lates()).toEqual([false, true]);
});

test("a draft becomes late while it lies there", async () => {
  at("2026-10-01T20:00:00");
  const draft = newDraft(ME, "c1", { student_id: "st1", visit_date: "2026-10-01" });
  await putDraft(draft);
  expect(await lates()).toEqual([false]);
  at("2026-10-03T08:00:00");
  expect(await lates()).toEqual([true]);
});

test("when the log no longer has the first edit, the id tells when the form was begun", async () => {
  const id = newId(new Date("2026-10-01T20:00:00").getTime());
  await pulled(id, { student_id: "st1", author_id: ME, visit_date: "2026-10-01" });
  at("2026-12-24T20:00:00");
  expect(await lates()).toEqual([false]);
  expect(await isLateEntry(ME, id, { author_id: ME, visit_date: "2026-09-20" })).toBe(true);
});

test("of a colleague's visit it is not said", async () => {
  at("2026-10-03T08:00:00");
  const theirs = { student_id: "st1", author_id: "other", visit_date: "2026-09-20" };
  await pulled("01900000-0000-7000-8000-0000000000aa", theirs);
  expect(await lates()).toEqual([false]);
});
