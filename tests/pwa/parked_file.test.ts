import { expect, test } from "vitest";
import { fileName, fileText } from "#pwa/todo/parked_file.ts";
import type { EditStory } from "#worker/store/types.ts";

const STORY: EditStory = {
  type: "parked",
  id: "e1",
  record: "visit:v1",
  visitId: "v1",
  studentId: null,
  studentName: "张三",
  reason: "too_large",
  message: "这一条太长。",
  case: null,
  edit: {
    id: "e1",
    record: "visit:v1",
    after: null,
    op: "edit",
    v: 1,
    made_at: "2026-11-24T20:12:05+08:00",
    changes: { strengths: { old: null, new: "有耐心" } },
    members: {},
    args: {},
  },
};

test("the file tells a person what was written and why it was not taken, and the system all of it", () => {
  const text = fileText(STORY, { name: "周敏", login: "t101" }, [{ label: "闪光点", words: "有耐心" }]);
  for (const words of ["学生：张三", "周敏（t101）", "2026-11-24 20:12", "这一条太长。", "【闪光点】\r\n有耐心"])
    expect(text).toContain(words);
  const json = text.slice(text.indexOf("{"));
  expect(JSON.parse(json)).toEqual({ edit: STORY.edit, reason: "too_large" });
});

test("its name names no child", () => {
  expect(fileName(new Date(2026, 10, 4, 9, 5))).toBe("家访手记-待交德育处-20261104-0905.txt");
});
