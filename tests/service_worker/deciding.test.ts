import { beforeEach, describe, expect, test } from "vitest";
import type { RowChange, Scope } from "#worker/api/wire.ts";
import { takeOutcomes } from "#worker/store/custody.ts";
import { closeStores } from "#worker/store/db.ts";
import { decidingOf, putDeciding } from "#worker/store/deciding.ts";
import { keepAsEdit, letGo, mergeVisits, resolveConflicts, rewriteReturned } from "#worker/store/decisions.ts";
import { disagreementsOf } from "#worker/store/disagreements.ts";
import { getDraft } from "#worker/store/drafts.ts";
import { pairOf } from "#worker/store/duplicates.ts";
import { eraseRecords } from "#worker/store/erasing.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { attention, homeCounts, todo } from "#worker/store/mine.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { queued } from "#worker/store/queue.ts";
import type { Attention, ConflictEntry, Overtaken, Values } from "#worker/store/types.ts";
import { applied, answer } from "./support/school.ts";
import { finishVisit, ME, signedIn } from "./support/phone.ts";

const CLASS: Scope = "class:c1";
const OWN: Scope = `self:${ME}`;
let seq = 0;

async function pulled(...rows: [Scope, string, string, Values, number?][]): Promise<void> {
  const changes = rows.map<RowChange>(([scope, kind, id, row, rev]) => {
    seq += 1;
    return { scope, kind, id, rev: rev ?? 1, seq, op: "put", row: { id, ...row } };
  });
  const scopes = Object.fromEntries(changes.map((each) => [each.scope, { cursor: seq, more: false }]));
  await keepPull(ME, await reading(ME), answer({ changes, scopes }));
}

const conflict = (field: string, more: Values = {}): Values => ({
  record: "visit:v1",
  field,
  base: null,
  head: { value: "他的", rev: 4, by: "other" },
  alternative: { value: "我的", edit: "e", by: ME, made_at: "2026-09-30T20:00:00+08:00" },
  status: "open",
  owner: ME,
  ...more,
});
const SETTLED = {
  status: "settled",
  settled_by: "other",
  decision: { choice: "written", value: "他定的", edit: "e9" },
};

beforeEach(async () => {
  seq = 0;
  await signedIn();
  await pulled(
    [CLASS, "student", "st1", { name: "张三", class_id: "c1" }],
    [OWN, "visit", "v1", { student_id: "st1", class_id: "c1", author_id: ME }, 4],
  );
});

const open = async (): Promise<readonly ConflictEntry[]> => (await disagreementsOf(ME, "v1")).open;
const overtaken = async (): Promise<Overtaken> => {
  const found = (await attention(ME)).find((each): each is Overtaken => each.type === "overtaken");
  if (!found) throw new Error("nothing was overtaken");
  return found;
};
const types = async (): Promise<Attention["type"][]> => (await attention(ME)).map((each) => each.type);

describe("several conflicts of one visit", () => {
  test("are one entry, and are settled together, all or none", async () => {
    await pulled([OWN, "conflict", "k1", conflict("at_home")], [OWN, "conflict", "k2", conflict("issues")]);
    expect(await types()).toEqual(["conflicts"]);
    const [one, two] = await open();
    if (!one || !two) throw new Error("two conflicts");
    await expect(
      resolveConflicts(ME, "v1", [
        { conflict: one, choice: "both", value: null },
        { conflict: two, choice: "written", value: (() => null) as never }, // what no store takes
      ]),
    ).rejects.toThrow();
    expect(await queued(ME)).toEqual([]);
    await resolveConflicts(ME, "v1", [
      { conflict: one, choice: "both", value: null },
      { conflict: two, choice: "head", value: null },
    ]);
    expect((await queued(ME)).map((each) => [each.record, each.edit.op, each.edit.args])).toEqual([
      ["conflict:k1", "resolve", { seen_rev: 4, seen_alternative: "e", choice: "both" }],
      ["conflict:k2", "resolve", { seen_rev: 4, seen_alternative: "e", choice: "head" }],
    ]);
    expect(await types()).toEqual([]);
  });

  test("of two about one field the second waits for the first, since it will look different then", async () => {
    await pulled([OWN, "conflict", "k1", conflict("at_home")], [OWN, "conflict", "k2", conflict("at_home")]);
    const found = await disagreementsOf(ME, "v1");
    expect([found.open.length, found.behind]).toEqual([1, 1]);
  });

  test("a decision that came too late is asked again, and says so", async () => {
    await pulled([OWN, "conflict", "k1", conflict("at_home")]);
    const [one] = await open();
    if (!one) throw new Error("a conflict");
    const [decision] = await resolveConflicts(ME, "v1", [{ conflict: one, choice: "head", value: null }]);
    await takeOutcomes(ME, [applied(decision?.id ?? "", { status: "conflict", rev: 2, conflicts: ["k1"] })]);
    expect((await open()).map((each) => each.again)).toEqual([true]);
  });

  test("one that was made over words that came since is asked again, and the others count", async () => {
    await pulled([OWN, "conflict", "k1", conflict("at_home")], [OWN, "conflict", "k2", conflict("issues")]);
    const [one, two] = await resolveConflicts(
      ME,
      "v1",
      (await open()).map((each) => ({ conflict: each, choice: "head", value: null })),
    );
    await pulled(
      [OWN, "conflict", "k1", conflict("at_home", { alternative: { value: "我的，还有一页", edit: "e2", by: ME } }), 2],
      [OWN, "conflict", "k2", conflict("issues", SETTLED), 2],
    );
    await takeOutcomes(ME, [
      applied(one?.id ?? "", { status: "conflict", rev: 2, conflicts: ["k1"] }),
      applied(two?.id ?? "", { rev: 2 }),
    ]);
    const [again, ...others] = await open();
    expect([again?.id, again?.again, again?.alternative.value, others]).toEqual(["k1", true, "我的，还有一页", []]);
    const [decision] = again
      ? await resolveConflicts(ME, "v1", [{ conflict: again, choice: "both", value: null }])
      : [];
    expect(decision?.edit.args).toEqual({ seen_rev: 4, seen_alternative: "e2", choice: "both" });
  });
});

describe("a decision that was begun", () => {
  const begun = { conflictId: "k1", visitId: "v1", choice: "written", written: "两人的", seen: 1 } as const;

  test("is there after a restart, and gone once it is taken", async () => {
    await pulled([OWN, "conflict", "k1", conflict("at_home")]);
    await putDeciding(ME, [begun]);
    await closeStores();
    expect(await decidingOf(ME)).toEqual([begun]);
    expect(await decidingOf("somebody-else")).toEqual([]);
    const [one] = await open();
    if (one) await resolveConflicts(ME, "v1", [{ conflict: one, choice: "written", value: "两人的" }]);
    expect(await decidingOf(ME)).toEqual([]);
  });

  test("goes when the family's record is erased", async () => {
    await putDeciding(ME, [begun, { ...begun, conflictId: "k2", visitId: "v2" }]);
    await eraseRecords(ME, ["visit:v1"]);
    expect((await decidingOf(ME)).map((each) => each.visitId)).toEqual(["v2"]);
  });

  test("is told of when somebody else settles it first, and may be written over theirs", async () => {
    await putDeciding(ME, [begun]);
    await pulled([OWN, "conflict", "k1", conflict("at_home", SETTLED), 2]);
    const told = await overtaken();
    expect([told.mine, told.conflict.decided, told.conflict.settledBy]).toEqual(["两人的", "他定的", "other"]);
    const { edit } = await keepAsEdit(ME, told);
    expect([edit.record, edit.changes]).toEqual(["visit:v1", { at_home: { old: "他定的", new: "两人的" } }]);
    expect(await types()).toEqual([]);
  });

  test("may be let go; the same words as theirs, or a mere choice, are not told of", async () => {
    await pulled([OWN, "conflict", "k1", conflict("at_home", SETTLED), 2]);
    await putDeciding(ME, [{ ...begun, written: "他定的" }]);
    expect(await types()).toEqual([]);
    await putDeciding(ME, [{ ...begun, choice: "head", written: null }]);
    expect(await types()).toEqual([]);
    await putDeciding(ME, [begun]);
    expect(await types()).toEqual(["overtaken"]);
    await letGo(ME, "k1", null);
    expect(await types()).toEqual([]);
  });

  test("and one that was sent after theirs is told of until it was read", async () => {
    await pulled([OWN, "conflict", "k1", conflict("at_home")]);
    const [one] = await open();
    if (!one) throw new Error("a conflict");
    const [decision] = await resolveConflicts(ME, "v1", [{ conflict: one, choice: "alternative", value: null }]);
    await takeOutcomes(ME, [applied(decision?.id ?? "", { rev: 2 })]);
    await pulled([OWN, "conflict", "k1", conflict("at_home", SETTLED), 2]);
    const told = await overtaken();
    expect([told.mine, told.editId]).toEqual(["我的", decision?.id]);
    await letGo(ME, "k1", told.editId);
    expect(await types()).toEqual([]);
  });
});

describe("two visits that may be one", () => {
  const pair = (more: Values = {}): Promise<void> =>
    pulled(
      [OWN, "visit", "v1", { student_id: "st1", class_id: "c1", author_id: ME, possible_duplicates: ["v2"] }, 5],
      [CLASS, "visit", "v2", { student_id: "st1", class_id: "c1", author_id: "other", ...more }, 5],
    );

  test("are counted on 今天, and no longer once a merge is on its way", async () => {
    await pair({ possible_duplicates: ["v1"] });
    expect([await types(), (await homeCounts(ME)).needAction]).toEqual([["duplicate"], 1]);
    expect((await pairOf(ME, "v2", "v1"))?.asked).toBe(true);
    const merge = await mergeVisits(ME, "v2", "v1");
    expect([await types(), (await homeCounts(ME)).needAction]).toEqual([[], 0]);
    await takeOutcomes(ME, [applied(merge.id)]);
    expect((await pairOf(ME, "v2", "v1"))?.asked).toBe(false);
  });

  test("wait for another's word where the merge would open what this person may not open", async () => {
    await pair();
    expect(await pairOf(ME, "v1", "v2")).toMatchObject({ stays: { id: "v1" }, goes: { id: "v2" }, waits: true });
    await pulled(["care:c1", "visit_private", "v1", {}]);
    expect((await pairOf(ME, "v1", "v2"))?.waits).toBe(false); // the 班主任
  });

  test("need nobody else where this person was there both times", async () => {
    await pair({ visitors: [ME, "third"] });
    expect((await pairOf(ME, "v1", "v2"))?.waits).toBe(false);
  });

  test("need nobody else where both were there both times", async () => {
    await pair({ visitors: [ME] });
    await pulled([OWN, "visit", "v1", { student_id: "st1", class_id: "c1", author_id: ME, visitors: ["other"] }, 6]);
    expect((await pairOf(ME, "v1", "v2"))?.waits).toBe(false);
  });

  test("are no pair any more when one has become the other", async () => {
    await pulled([CLASS, "visit", "v2", { merged_into: "v1" }, 6]);
    expect(await pairOf(ME, "v1", "v2")).toBeNull();
  });
});

describe("what the office gave back", () => {
  test("is put into the draft, leaves what was changed since, and nothing new is tied to it", async () => {
    const [edit] = await finishVisit({ strengths: "有耐心", at_home: "旧" });
    const id = edit?.visitId ?? "";
    await takeOutcomes(ME, [applied(edit?.id ?? "", { status: "quarantined", rev: null })]);
    await pulled([OWN, "edit", edit?.id ?? "", { status: "returned", note: "请核对学生" }]);
    const [story] = (await todo(ME)).items;
    if (!story || !("edit" in story)) throw new Error("no story");
    await rewriteReturned(ME, story);
    const draft = await getDraft(ME, id);
    expect(draft?.values[`visit:${id}`]).toMatchObject({ strengths: "有耐心", student_id: "st1" });
    expect(await types()).toEqual([]);
    const [again] = await finishDraft(ME, id);
    expect(again?.edit).toMatchObject({ after: null, changes: { strengths: { old: null, new: "有耐心" } } });
  });

  test("what waits for an earlier one is listed apart, and not counted", async () => {
    const [edit] = await finishVisit();
    await takeOutcomes(ME, [applied(edit?.id ?? "", { status: "held", rev: null, message: "要等前面的" })]);
    const { items, held } = await todo(ME);
    expect(items).toEqual([]);
    expect(held).toMatchObject([{ type: "held", studentName: "张三", message: "要等前面的" }]);
    expect((await homeCounts(ME)).needAction).toBe(0);
  });
});
