/** The guidance cards, and the guide for a child in danger. */
import { expect, test } from "vitest";
import { groupsOf, reportGuide } from "#pwa/guidance/cards.ts";

const safety = (now: string): Record<string, string> => ({
  group: "safety",
  text: `这些情况要报告：有说不清的伤。\n${now}`,
});

test("the steps are the school's, each by itself; that a number is unchecked is told beside them", () => {
  const guide = reportGuide([safety("马上做：①有危险打110（请学校核对）；拿不准也可问。②陪着孩子。")]);
  expect(guide).toEqual({
    when: "有说不清的伤。",
    steps: ["有危险打110；拿不准也可问。", "陪着孩子。"],
    unchecked: true,
  });
  expect(reportGuide([safety("马上做：①打110。")]).unchecked).toBe(false);
});

test("before the school's own card has come the guide is there all the same; text without numbers is one step", () => {
  expect(reportGuide([]).steps).toHaveLength(5);
  expect(reportGuide([safety("马上打 110。")]).steps).toEqual(["马上打 110。"]);
});

test("cards stand in their groups in the notice's order, and an empty group is not there", () => {
  const rows = [
    { group: "sheet", key: "b", title: "乙", text: "一行\n\n 二行 ", order: 2 },
    { group: "sheet", key: "a", title: "甲", text: "", order: 1 },
    { group: "safety", key: "s", title: "丙", text: "", order: 3 },
  ];
  expect(groupsOf(rows).map(({ title, cards }) => [title, cards.map((card) => card.key)])).toEqual([
    ["七带进", ["a", "b"]],
  ]);
  expect(groupsOf(rows)[0]?.cards[1]?.lines).toEqual(["一行", "二行"]);
});
