import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { join, mergePreview, mergeRecords } from "#worker/store/merging.ts";
import type { Json, RecordRef, Values } from "#worker/store/types.ts";

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly winner: Values;
  readonly loser: Values;
  readonly values: Values;
  readonly clashes: readonly [field: string, head: Json, alternative: Json][];
}

/** Read by the server's tests too: what the phone foretells is what the server does. */
const CASES = JSON.parse(readFileSync("tests/cases/merge_records.json", "utf8")) as Case[];

describe("a merge is foretold as the server does it", () => {
  test.each(CASES)("$name", ({ kind, winner, loser, values, clashes }) => {
    const merged = mergeRecords(`${kind}:v1` as RecordRef, winner, loser);
    expect(merged.values).toEqual(values);
    expect(merged.clashes.map((each) => [each.field, each.head, each.alternative])).toEqual(clashes);
  });
});

test("the preview tells of every field what becomes of it, and who takes part afterwards", () => {
  const ours = { student_id: "s1", strengths: "有耐心", at_home: "先写作业", visitors: ["t1"], visit_form: "home" };
  const theirs = { student_id: "s1", strengths: "爱问", issues: "睡得晚", visitors: ["t1", "t3"], visit_form: "home" };
  const told = mergePreview("visit:v1", ours, theirs, "t2");
  expect(Object.fromEntries(told.map((each) => [each.field, each.fate]))).toEqual({
    strengths: "clash",
    at_home: "one",
    issues: "one",
    visitors: "united",
    visit_form: "alike",
  });
  expect(told.find((each) => each.field === "visitors")?.after).toEqual(["t1", "t3", "t2"]);
  expect(told.find((each) => each.field === "strengths")?.after).toBe("有耐心");
});

test("both are kept: texts one under the other, sets united, and what is empty gives way", () => {
  expect(join("一", "二")).toBe("一\n二");
  expect(join("一", "一")).toBe("一");
  expect(join(["a"], ["b", "a"])).toEqual(["a", "b"]);
  expect(join(null, "二")).toBe("二");
});
