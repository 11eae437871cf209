/** An edit that the office kept and decided later: its entry in the sent log ends like any other, and says so without the rows. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OutcomeStatus } from "#worker/api/wire.ts";
import { pruneSent, takeOutcomes } from "#worker/store/custody.ts";
import { writeRecords } from "#worker/store/db.ts";
import { forgetMerged } from "#worker/store/erasing.ts";
import { attention, sendState } from "#worker/store/mine.ts";
import { dropReadCopies } from "#worker/store/people.ts";
import { sentLog } from "#worker/store/queue.ts";
import type { QueuedEdit, SentEdit } from "#worker/store/types.ts";
import { answer, applied, bodyOf, json, school } from "./support/school.ts";
import { finishVisit, ME, round, signedIn } from "./support/phone.ts";

const OWN = `self:${ME}` as const;
const DAY_MS = 86_400_000;

beforeEach(async () => {
  await signedIn();
});

afterEach(() => {
  vi.useRealTimers();
});

const keep = async (edit: QueuedEdit): Promise<void> => {
  await takeOutcomes(ME, [applied(edit.id, { status: "quarantined", rev: null, case: "c", reason: "no_consent" })]);
};

async function kept(): Promise<QueuedEdit> {
  const [edit] = await finishVisit({ at_home: "话" });
  if (!edit) throw new Error("nothing was written");
  await keep(edit);
  return edit;
}

const logged = async ({ id }: QueuedEdit): Promise<SentEdit | undefined> =>
  (await sentLog(ME)).find((each) => each.id === id);

const rowOf = ({ id, record }: QueuedEdit, status: OutcomeStatus): SentEdit["edit"]["args"] => {
  const merged = status === "applied" || status === "conflict";
  const conflicts = status === "conflict" ? ["k1"] : [];
  return { id, record, status, rev: merged ? 1 : null, conflicts, reason: null, message: null, case: "c", note: null };
};

/** The school tells of it in a round. */
async function told(edit: QueuedEdit, status: OutcomeStatus): Promise<void> {
  school((call) => {
    const reset = bodyOf(call).pull?.scopes[OWN] === undefined;
    const row = { scope: OWN, kind: "edit", id: edit.id, rev: 2, seq: 1, op: "put" as const, row: rowOf(edit, status) };
    return json(answer({ scopes: { [OWN]: { cursor: 1, more: false, reset } }, changes: [row] }));
  });
  await round();
}

/** It has told of it already, and the log does not know. */
const toldBefore = (edit: QueuedEdit, status: OutcomeStatus): Promise<unknown> =>
  writeRecords(["rows"], (tx) =>
    tx
      .objectStore("rows")
      .put({ person: ME, scope: OWN, kind: "edit", id: edit.id, rev: 2, seq: 1, row: rowOf(edit, status) }),
  );

describe("what the school has taken in after all", () => {
  test.each(["applied", "conflict"] as const)("is %s in the sent log as soon as it says so", async (status) => {
    const edit = await kept();
    await told(edit, status);
    const conflicts = status === "conflict" ? ["k1"] : [];
    expect(await logged(edit)).toMatchObject({ status, rev: 1, conflicts, case: "c", acknowledged: false });
  });

  test("is told as delivered also where nothing more is read, after signing out", async () => {
    const edit = await kept();
    await told(edit, "applied");
    await dropReadCopies(ME);
    expect(await attention(ME)).toEqual([]);
    expect(await sendState(ME, edit.visitId ?? "")).toBe("已送达");
  });

  test("goes after its 45 days, on a phone too that was told of it by an older app", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const edit = await kept();
    await toldBefore(edit, "applied");
    vi.setSystemTime(Date.now() + 44 * DAY_MS);
    await pruneSent(ME);
    expect(await logged(edit)).toBeDefined();
    vi.setSystemTime(Date.now() + 2 * DAY_MS);
    await pruneSent(ME);
    expect(await logged(edit)).toBeUndefined();
  });

  test("goes with its record, once the record is nobody's here any more", async () => {
    const edit = await kept();
    await forgetMerged(ME, [edit.record]);
    expect(await logged(edit)).toBeDefined();
    await told(edit, "applied");
    await forgetMerged(ME, [edit.record]);
    expect(await logged(edit)).toBeUndefined();
  });
});

test.each(["quarantined", "held"] as const)("what is %s stays, however old it is", async (status) => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const edit = await kept();
  await told(edit, status);
  vi.setSystemTime(Date.now() + 100 * DAY_MS);
  await pruneSent(ME);
  expect(await logged(edit)).toMatchObject({ status: "quarantined" });
});

test("a late answer of before is put right by what was read since", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const edit = await kept();
  await told(edit, "applied");
  await keep(edit);
  vi.setSystemTime(Date.now() + 46 * DAY_MS);
  await pruneSent(ME);
  expect(await logged(edit)).toBeUndefined();
});

test("what a restored school said itself is not overwritten by an older row", async () => {
  const edit = await kept();
  await takeOutcomes(ME, [applied(edit.id, { status: "conflict", rev: 9, conflicts: ["k9"] })]);
  await told(edit, "applied");
  expect(await logged(edit)).toMatchObject({ status: "conflict", rev: 9, conflicts: ["k9"] });
});
