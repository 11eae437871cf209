import { expect, test } from "vitest";
import { inOrder, tellMerge } from "#pwa/todo/merge_words.ts";
import { mergePreview } from "#worker/store/merging.ts";

const NAMES = new Map([
  ["t1", "周敏"],
  ["t2", "何建国"],
]);
const side = (id: string, author: string): { id: string; author: string; visit: object; secret: object } => ({
  id,
  author,
  visit: {},
  secret: {},
});
const pair = { stays: side("v1", "t1"), goes: side("v2", "t2"), waits: false } as Parameters<typeof tellMerge>[0];
const fields = inOrder(
  mergePreview(
    "visit:v1",
    { at_home: "先写作业", strengths: "有耐心", visitors: ["t1"] },
    { issues: "睡得晚", strengths: "爱提问", photos: ["aa"], "photos/aa/caption": "书桌" },
    "t2",
  ),
);

test("fields come in the form's order, and a photo's own words go with the photo", () => {
  expect(fields.map((each) => each.field)).toEqual(["visitors", "strengths", "at_home", "issues", "photos"]);
});

test("a merge is told in sentences: who stays, what is filled in, what must be settled and by whom", () => {
  expect(tellMerge(pair, fields, "t1", NAMES)).toEqual([
    "您先记的那条留下，何建国老师记的并进去；体会、意见和照片跟着走。",
    "3 栏由另一条补上。",
    "1 栏合在一起。",
    "写得不同的 1 栏，先显示您写的，何建国老师写的也留着，由何建国老师来定，您也可以定。",
    "家访教师是周敏、何建国，都看得到全部内容。",
  ]);
});

test("who must settle and whether others must agree is told as it is", () => {
  const settle = tellMerge(pair, fields, "t2", NAMES).find((each) => each.startsWith("写得不同"));
  expect(settle).toBe("写得不同的 1 栏，先显示周敏老师写的，您写的也留着，由您来定。");
  expect(tellMerge({ ...pair, waits: true }, fields, "t2", NAMES).at(-1)).toContain("要等班主任或德育处点头");
});
