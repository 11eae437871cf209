import { describe, expect, test } from "vitest";
import { lay, latestOf, liesOnTop } from "#worker/store/overlay.ts";
import type { Edit, SentEdit, StoredRow } from "#worker/store/types.ts";

const edit = (changes: Edit["changes"]): Edit => ({
  ...{ id: "e1", record: "visit:v", after: null, op: "edit", v: 1, made_at: "", members: {}, args: {} },
  changes,
});

const sent = (part: Partial<SentEdit>): SentEdit => ({
  ...{ id: "e1", person: "p", order: 1, record: "visit:v", visitId: "v", classId: "c1" },
  ...{ edit: edit({ at_home: { old: "旧", new: "新" } }), status: "applied", rev: 5, conflicts: [], reason: null },
  ...{ message: null, case: null, sentAt: 0, again: false, acknowledged: false },
  ...part,
});

const row = (rev: number, values: StoredRow["row"] = { at_home: "旧" }, kind = "visit"): StoredRow => ({
  ...{ person: "p", scope: "class:c1", kind, id: "v", rev, seq: rev },
  row: values,
});

describe("a row with the person's own edits on top", () => {
  test("shows an applied edit until a row with its rev arrives", () => {
    expect(lay("visit:v", row(4), [sent({})], []).values["at_home"]).toBe("新");
    expect(lay("visit:v", row(5, { at_home: "别人后来写的" }), [sent({})], []).values["at_home"]).toBe("别人后来写的");
    expect(lay("visit:v", undefined, [sent({})], []).values["at_home"]).toBe("新");
  });

  test.each(["held", "quarantined"] as const)("keeps a %s edit on top whatever the row", (status) => {
    expect(liesOnTop(sent({ status, rev: null }), 99)).toBe(true);
  });

  test.each(["returned", "erased", "refused"] as const)("does not show what was %s", (status) => {
    expect(liesOnTop(sent({ status, rev: null }), 0)).toBe(false);
  });

  test("learns the end of a held edit's story from its edit row", () => {
    const news = row(7, { status: "applied", rev: 7, reason: null, case: "k" }, "edit");
    const known = latestOf(sent({ status: "held", rev: null }), news);
    expect(known).toMatchObject({ status: "applied", rev: 7, case: "k" });
    expect(liesOnTop(known, 6)).toBe(true);
    expect(liesOnTop(known, 7)).toBe(false);
  });

  test("lays edits in the order of writing", () => {
    const second = sent({ id: "e2", order: 2, edit: edit({ at_home: { old: "新", new: "更新" } }) });
    expect(lay("visit:v", row(1), [second, sent({})], []).values["at_home"]).toBe("更新");
  });
});
