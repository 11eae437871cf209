import { expect, test } from "vitest";
import { createLabels } from "#pwa/components/labels.ts";
import { backFrom, lastVisit, offeredFrom } from "#pwa/visit/last_visit.ts";
import type { Values, VisitEntry } from "#worker/store/types.ts";

const LABELS = createLabels();
const entry = (id: string, values: Values, state: VisitEntry["state"] = "已送达"): VisitEntry => ({
  id,
  studentId: "s1",
  classId: "c1",
  studentName: "张三",
  values: { visit_date: "2026-10-01", visit_result: "done", ...values },
  state,
  held: false,
  mayRecord: "yes",
  mayPhoto: "archive",
  mine: true,
  late: false,
  photos: 0,
  photosMissing: 0,
});
const THEN: Values = {
  visit_form: "agreed_place",
  place_kind: "community",
  respondents: ["mother", "student"],
  visitors: ["t1", "t2"],
  time_start: "19:00",
  time_end: "19:40",
  strengths: "有耐心",
  issues: "睡得晚",
  growth_env: "和奶奶住",
  consensus: "九点熄灯",
};
const nameOf = (id: string): string => ({ t1: "周敏", t2: "何建国" })[id] ?? id;
const offered = (form: Values): string[] =>
  offeredFrom(THEN, form, LABELS, nameOf).map((each) => `${each.label} ${each.words}`);

test("the last visit is the newest that took place before this one; drafts and withdrawn ones are none", () => {
  const visits = [
    entry("later", { visit_date: "2026-11-01" }),
    entry("this", {}),
    entry("draft", {}, "草稿"),
    entry("void", { void_reason: "写错了人" }),
    entry("away", { visit_result: "nobody_home" }),
    entry("colleague", {}, null),
    entry("older", { visit_date: "2026-09-01" }),
  ];
  expect(lastVisit(visits, "this", "2026-10-15")?.id).toBe("colleague");
  expect(lastVisit(visits, "this", "2026-09-15")?.id).toBe("older");
  expect(lastVisit([], "this", "2026-10-15")).toBeNull();
});

test("its facts are offered where this form differs, and never a word that was written", () => {
  expect(offered({ visit_form: "home", visitors: ["t1"] })).toEqual([
    "家访形式 约定地点面谈",
    "地点 社区或单位",
    "谈话人 母亲、学生",
    "家访教师 周敏、何建国",
    "起止时间 19:00–19:40",
  ]);
  expect(offered({ ...THEN, visitors: ["t2", "t1"] })).toEqual([]);
  const fields = offeredFrom(THEN, {}, LABELS, nameOf).flatMap((each) => Object.keys(each.values));
  expect(fields).toEqual(["visit_form", "place_kind", "respondents", "visitors", "time_start", "time_end"]);
});

test("改回去 gives back what stood there, but not over what was changed since", () => {
  const taken: Values = { visit_form: "agreed_place", respondents: ["mother"] };
  const now: Values = { visit_form: "phone", respondents: ["mother"], strengths: "有耐心" };
  expect(backFrom({ visit_form: "home" }, taken, now)).toEqual({ respondents: null });
});
