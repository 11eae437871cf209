import { expect, test } from "vitest";
import { asksStory, missingOf, PARTS, partState } from "#pwa/components/form.ts";
import { createLabels } from "#pwa/components/labels.ts";

const FACTS = {
  student_id: "s1",
  visit_date: "2026-10-15",
  visit_form: "home",
  visit_type: "general",
  visitors: ["t1"],
};
const fields = (visit: Parameters<typeof missingOf>[0]): string[] => missingOf(visit).map((each) => each.field);

test("after the four taps only the story of a visit that took place is missing", () => {
  expect(fields(FACTS)).toEqual(["visit_result"]);
  expect(fields({ ...FACTS, visit_result: "done" })).toEqual(["respondents", "strengths"]);
});

test.each(["nobody_home", "child_alone", "unreachable"])("%s asks nothing more than part 一", (visit_result) => {
  const visit = { ...FACTS, visit_result };
  expect(fields(visit)).toEqual([]);
  expect(asksStory(visit)).toBe(false);
});

test("what an answer asks further is asked", () => {
  expect(fields({ ...FACTS, visit_result: "rescheduled" })).toEqual(["rescheduled_to"]);
  expect(fields({ ...FACTS, visit_result: "declined" })).toEqual(["offered"]);
  expect(fields({ ...FACTS, visit_form: "agreed_place", visit_result: "unreachable" })).toEqual(["place_kind"]);
  const done = { ...FACTS, visit_result: "done", respondents: ["mother"], strengths: "有耐心" };
  expect(fields({ ...done, issues: "睡得晚" })).toEqual(["consensus"]);
  expect(fields({ ...done, photos: ["a"] })).toEqual(["agreed_on_spot"]);
  expect(fields({ ...done, photos: ["a"], "photos/a/agreed_on_spot": true })).toEqual([]);
});

test("a part is done, still missing something, or may stay empty", () => {
  const [facts, child, agreed] = PARTS;
  const visit = { ...FACTS, visit_result: "done", respondents: ["mother"] };
  expect(facts && partState(facts, visit)).toBe("done");
  expect(child && partState(child, visit)).toBe("left");
  expect(agreed && partState(agreed, visit)).toBe("optional");
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
