import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fourLabel, missingOf, partsOf, partState } from "#pwa/components/form.ts";
import { knowSix } from "#pwa/components/know_six.ts";
import { createLabels } from "#pwa/components/labels.ts";
import type { Values } from "#worker/store/types.ts";
import { summaryOf } from "#pwa/visit/summary.ts";

const FACTS = {
  student_id: "s1",
  visit_date: "2026-10-15",
  visit_form: "home",
  visit_type: "general",
  visitors: ["t1"],
};
const fields = (visit: Parameters<typeof missingOf>[0]): string[] => missingOf(visit).map((each) => each.field);

const missing: readonly { name: string; visit: Values; missing: string[] }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../contract/form/missing.json"), "utf8"),
) as { name: string; visit: Values; missing: string[] }[];

test.each(missing)("the school and the phone call the same missing: $name", (one) => {
  const silent = { student_id: "s1", no_opinion: true };
  expect(fields({ ...silent, ...one.visit }).sort()).toEqual(one.missing.slice().sort());
});

test("after the four taps only the story of a visit that took place is missing, in the form's order", () => {
  expect(fields(FACTS)).toEqual(["visit_result"]);
  expect(fields({ ...FACTS, visit_result: "done" })).toEqual([
    "respondents",
    "purpose",
    "face_four",
    "strengths",
    "opinions",
    "pledge",
  ]);
  expect(fields({})[0]).toBe("student_id");
});

const DONE = {
  ...FACTS,
  visit_result: "done",
  respondents: ["mother"],
  purpose: ["praise"],
  face_four: ["voice"],
  strengths: "有耐心",
  no_opinion: true,
  pledge: true,
};

test("a photo asks whether the family agreed", () => {
  expect(fields({ ...DONE, photos: ["a"] })).toEqual(["agreed_on_spot"]);
  expect(fields({ ...DONE, photos: ["a"], "photos/a/agreed_on_spot": true })).toEqual([]);
  const again = partsOf(DONE, "t1").find((part) => part.id === "again");
  expect(again && partState(again, { ...DONE, photos: ["a"] })).toBe("done"); // asked on the photo's page, not held against the part
});

test("the visit's author is asked for opinions: one with words, or that there were none; who came along is not", () => {
  const asked = { ...DONE, no_opinion: null };
  expect(fields(asked)).toEqual(["opinions"]);
  expect(fields({ ...asked, opinions: ["o"], "opinions/o/text": "" })).toEqual(["opinions"]);
  expect(fields({ ...asked, opinions: ["o"], "opinions/o/text": "食堂的菜凉了" })).toEqual([]);
  expect(missingOf({ ...asked, author_id: "t1" }, "t2")).toEqual([]);
});

test("a part is done, still missing something, or may stay empty", () => {
  const visit = { ...DONE, strengths: "" };
  const states = partsOf(visit, "t1").map((part) => `${part.numeral} ${partState(part, visit)}`);
  expect(states).toEqual([
    "一 done",
    "二 done",
    "三 left",
    "四 optional",
    "五 done",
    "六 optional",
    "七 optional",
    "八 done",
  ]);
});

test("a promise without words and a tick that was taken back do not make a part done", () => {
  const blank = { ...DONE, promises: [{ who: "teacher", what: "" }], nominate: false };
  const states = new Map(partsOf(blank, "t1").map((part) => [part.id, partState(part, blank)]));
  expect([states.get("agreed"), states.get("thoughts")]).toEqual(["optional", "optional"]);
  const [, , , agreed] = partsOf(blank, "t1");
  expect(agreed && partState(agreed, { ...DONE, promises: [{ who: "teacher", what: "借词典" }] })).toBe("done");
});

test.each(["nobody_home", "child_alone", "rescheduled", "declined", "unreachable"])(
  "%s asks only part 一",
  (result) => {
    expect(partsOf({ ...FACTS, visit_result: result }, "t1").map((part) => part.id)).toEqual(["facts"]);
  },
);

test("as long as nobody has said how it ended, the whole form is there to be written", () => {
  expect(
    partsOf(FACTS, "t1")
      .map((part) => part.numeral)
      .join(""),
  ).toBe("一二三四五六七八");
});

test("whoever was not there is not asked what only those who were can say; by telephone there is no 五不准", () => {
  const ids = (form: Values, person: string): string[] => partsOf(form, person).map((part) => part.id);
  expect(ids({ ...DONE, author_id: "t1" }, "t9")).toEqual(["facts", "purpose", "child", "agreed", "again"]);
  expect(ids({ ...DONE, author_id: "t1", visitors: ["t1", "t2"] }, "t2")).toEqual(
    expect.arrayContaining(["opinions", "thoughts", "five_no"]), // whoever came along has thoughts of their own
  );
  expect(ids({ ...DONE, visit_form: "phone" }, "t1")).not.toContain("five_no");
});

test("where nobody met face to face, 四面对 is called 沟通内容", () => {
  const labels = createLabels();
  expect(fourLabel(FACTS, labels)).toBe("四面对");
  expect(fourLabel({ ...FACTS, visit_form: "phone" }, labels)).toBe("沟通内容");
  expect(fourLabel({}, labels)).toBe("四面对"); // as long as nothing is said
});

test("六知道 follows from what was written; the third is the family's to say", () => {
  const said = (form: Values): string =>
    knowSix(form)
      .map((each) => `${each.code}${each.known[0] ?? ""}`)
      .join(" ");
  expect(said({})).toBe("1n 2n 3u 4n 5n 6n");
  expect(said({ ...DONE, at_school: "上课认真", growth_env: "和奶奶住", parent_part: "早睡" })).toBe(
    "1y 2y 3u 4y 5y 6y",
  );
  expect(said({ ...DONE, visit_result: "declined" })).toBe("1n 2n 3u 4n 5n 6n");
});

test("a folded part shows its content", () => {
  const labels = createLabels();
  const form = {
    ...DONE,
    follow_up_on: "2025-10-29",
    photos: ["a", "b"],
    "opinions/o/text": "菜凉了",
    opinions: ["o"],
  };
  const summaries = partsOf(form, "t1").map((part) => summaryOf(part, form, labels));
  expect(summaries.slice(1)).toEqual([
    "报喜鼓励；家长心声",
    "有耐心",
    "",
    "菜凉了",
    "2025年10月29日回访；图片 2 张",
    "",
    "本次遵守五不准",
  ]);
});

test("in a folded part a sentence ends itself, and no two signs stand beside each other", () => {
  const form = { ...DONE, strengths: "有耐心。", at_school: "作业按时交", at_home: "九点半熄灯！", issues: "字慢。" };
  const [child] = partsOf(form, "t1").filter((part) => part.id === "child");
  expect(child && summaryOf(child, form, createLabels())).toBe("有耐心。作业按时交；九点半熄灯！字慢。");
});

test("the school's own words come first, this app's where it has none, and an unknown code is shown as it is", () => {
  const labels = createLabels({
    codes: { visit_form: [{ code: "home", label: "上门" }] },
    fields: { strengths: "亮点" },
  });
  expect(labels.code("visit_form", "home")).toBe("上门");
  expect(labels.code("visit_result", "declined")).toBe("家长婉拒");
  expect(labels.code("visit_form", "by_boat")).toBe("by_boat");
  expect(labels.field("strengths")).toBe("亮点");
  expect(labels.field("photos/abc/caption")).toBe("照片说明");
});

test("before a family has agreed nothing more is asked for, and after a refusal no words are", () => {
  const visit = { ...FACTS, visit_result: "done", photos: ["a"] };
  for (const may_record of ["unknown", "no"]) expect(fields({ ...visit, may_record })).toEqual([]);
  expect(fields({ ...visit, may_record: "yes" })).toEqual(fields(visit));
  expect(partsOf({ ...visit, may_record: "no" }, "t1").map((part) => part.id)).toEqual(["facts"]);
  expect(partsOf({ ...visit, may_record: "unknown" }, "t1")).toEqual(partsOf(visit, "t1"));
});
