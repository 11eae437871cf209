/** What stands on 今天 of the things that are due. */
import { expect, test } from "vitest";
import { dueDays, dueWords, nothingDue } from "#pwa/today/due_days.ts";
import type { Due } from "#worker/store/due.ts";

const EVENING = new Date("2026-10-15T20:00:00");
const due = (day: string | null, part: Partial<Due> = {}): Due => ({
  kind: "promise",
  day,
  visitId: "v1",
  studentId: "s1",
  studentName: "陈清扬",
  what: "借一本书",
  who: "teacher",
  ...part,
});

test("late things come first under their day, then today and the week; the rest is folded away", () => {
  const items = [due("2026-10-12"), due("2026-10-15"), due("2026-10-16"), due("2026-10-23"), due(null)];
  const { near, later, free } = dueDays(items, EVENING);
  expect(near.map((day) => day.word)).toEqual(["10月12日该办的", "今天", "明天"]);
  expect(later.map((day) => day.word)).toEqual(["10月23日", "没定日子"]);
  expect(free).toBe(false);
});

test("in quiet hours nothing is said to be late", () => {
  const { near } = dueDays([due("2026-10-12"), due("2026-10-15")], new Date("2026-10-15T22:30:00"), true);
  expect(near.map((day) => day.word)).toEqual(["10月12日", "今天"]);
});

test("where nothing is due by today, the page says so, and lets one rest only in the evening", () => {
  expect(dueDays([due("2026-10-16")], EVENING).free).toBe(true);
  expect(nothingDue(EVENING)).toBe("今天没有要回访的家庭。早点休息。");
  expect(nothingDue(new Date("2026-10-15T08:00:00"))).toBe("今天没有要回访的家庭。");
});

test("a promise says whose it is; a day to visit says that", () => {
  expect(dueWords(due(null, { who: "family", what: "每晚读半小时" }))).toBe("家长答应的：每晚读半小时");
  expect(dueWords(due("2026-10-15", { kind: "follow_up", what: "", who: "" }))).toBe("回访");
});
