import { mount } from "@vue/test-utils";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { createLabels } from "#pwa/components/labels.ts";
import ChoiceSides from "#pwa/todo/ChoiceSides.vue";
import { choicesFor, facesOf } from "#pwa/todo/choices.ts";
import { differing, differingElements } from "#pwa/components/differing.ts";
import { valueWords } from "#pwa/components/value_words.ts";
import { editWords, storyPlace } from "#pwa/todo/words.ts";
import { chosen } from "#worker/store/merging.ts";
import type { ConflictEntry, Edit, Json, MayRecord } from "#worker/store/types.ts";

const LABELS = createLabels();
const conflict = (field: string, head: Json, alternative: Json): ConflictEntry => ({
  id: "c1",
  rev: 1,
  record: "visit:v1",
  field,
  base: null,
  head: { value: head, rev: 6, by: "t2" },
  alternative: { value: alternative, edit: "e1", by: "t1", madeAt: null },
  own: true,
  visitId: "v1",
  studentName: "陈一诺",
  mayRecord: "yes",
  settling: false,
  again: false,
});

test("texts and sets may both be kept; a day may not; a wrong student can only stay", () => {
  expect(choicesFor(conflict("at_home", "a", "b"), LABELS)).toEqual(["alternative", "head", "both", "written"]);
  expect(choicesFor(conflict("respondents", ["father"], ["mother"]), LABELS)).toContain("both");
  expect(choicesFor(conflict("visit_date", "2026-10-14", "2026-10-15"), LABELS)).not.toContain("both");
  expect(choicesFor(conflict("student_id", "s1", "s2"), LABELS)).toEqual(["head"]);
});

test("where the family has not agreed a decision brings no words: they stay as they are, or go", () => {
  const of = (field: string, alternative: Json, mayRecord: MayRecord): string[] =>
    choicesFor({ ...conflict(field, "a", alternative), mayRecord }, LABELS);
  expect(of("at_home", "b", "no")).toEqual(["head"]);
  expect(of("at_home", "b", "unknown")).toEqual(["head"]);
  expect(of("photos/aa/caption", "b", "no")).toEqual(["head"]);
  expect(of("at_home", "", "no")).toEqual(["alternative", "head"]);
  expect(of("visit_form", "phone", "no")).toEqual(of("visit_form", "phone", "yes"));
});

test("what will stand is shown before it is decided", () => {
  const texts = conflict("at_home", "先写作业", "先玩一会儿");
  expect(chosen(texts, "head", null)).toBe("先写作业");
  expect(chosen(texts, "alternative", null)).toBe("先玩一会儿");
  expect(chosen(texts, "both", null)).toBe("先写作业\n先玩一会儿");
  expect(chosen(texts, "written", "先写作业，再玩")).toBe("先写作业，再玩");
  expect(chosen(conflict("respondents", ["father"], ["mother", "father"]), "both", null)).toEqual(["father", "mother"]);
});

test("values are read in words", () => {
  expect(valueWords("visit_result", "declined", new Map(), LABELS)).toBe("家长婉拒");
  expect(valueWords("visitors", ["t1"], new Map([["t1", "周敏"]]), LABELS)).toBe("周敏");
  expect(valueWords("at_home", "", new Map(), LABELS)).toBe("（没写）");
  expect(valueWords("also_for", ["s9"], new Map(), LABELS)).toBe("别班的学生");
});

const TEXT = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: fc.constantFrom("先", "后", "写作业", "，", "\n", "👨‍👩‍👧", "e\u0301"), maxLength: 40 }),
);

test("the pieces of both texts are the texts, and what is not marked is the same in both", () => {
  fc.assert(
    fc.property(TEXT, TEXT, (left, right) => {
      const [a, b] = differing(left, right);
      expect(a.map((piece) => piece.text).join("")).toBe(left);
      expect(b.map((piece) => piece.text).join("")).toBe(right);
      const kept = (pieces: typeof a): string =>
        pieces
          .filter((piece) => !piece.differs)
          .map((piece) => piece.text)
          .join("");
      expect(kept(a)).toBe(kept(b));
    }),
  );
});

const marked = (left: string, right: string): string[] =>
  differing(left, right).map((pieces) => pieces.map(({ text, differs }) => (differs ? `[${text}]` : text)).join(""));

test("whole words are marked in Chinese, and a lone character between them ties nothing together", () => {
  expect(marked("放学先写作业，十点睡。", "放学先玩一会儿，十点半睡。")).toEqual([
    "放学先[写作业]，十点睡。",
    "放学先[玩一会儿]，十点[半]睡。",
  ]);
  expect(marked("弟弟的作业", "同桌的课本")).toEqual(["[弟弟的作业]", "[同桌的课本]"]);
});

test("a browser that cannot tell words apart marks characters, and never half of one", () => {
  vi.stubGlobal("Intl", { ...Intl, Segmenter: undefined });
  expect(marked("6月12日来👨‍👩‍👧", "6月13日来👨‍👩‍👦")).toEqual(["6月[12]日来[👨‍👩‍👧]", "6月[13]日来[👨‍👩‍👦]"]);
  vi.unstubAllGlobals();
});

test("two texts that share nothing are not compared for ever", () => {
  const [left] = differing("甲乙".repeat(2_000), "丙丁".repeat(2_000));
  expect(left).toEqual([{ text: "甲乙".repeat(2_000), differs: true }]);
});

test("of two lists, what the other side does not have is marked", () => {
  expect(differingElements(["父亲", "母亲"], ["母亲"])[0].map((piece) => piece.differs)).toEqual([true, false, false]);
});

test("the four choices are radio buttons with names, and tapping one says which", async () => {
  const side = { who: "您写的", when: "昨天 21:05" };
  const wrapper = mount(ChoiceSides, {
    props: {
      modelValue: null,
      legend: "在家表现",
      sides: { alternative: side, head: { ...side, who: "何建国老师" } },
      pieces: differing("先写作业", "先玩"),
      choices: ["alternative", "head", "both", "written"],
    },
  });
  const radios = wrapper.findAll("input[type=radio]");
  expect(radios.map((radio) => radio.attributes("aria-label"))).toEqual([
    "用这份：您写的",
    "用那份：何建国老师",
    "都留",
    "另写一份",
  ]);
  expect(wrapper.find("legend").text()).toBe("在家表现，留哪一份");
  expect([wrapper.find("ins").text(), wrapper.find("del").text()]).toEqual([
    "〔只有这份：写作业〕",
    "〔只有这份：玩〕",
  ]);
  await radios[2]?.trigger("change");
  expect(wrapper.emitted("update:modelValue")).toEqual([["both"]]);
});

test("a promise is read with everything in which two versions may differ", () => {
  const promises: Json = [{ who: "teacher", what: "每周听写一次", due: "2026-12-01", done: true }];
  expect(valueWords("promises", promises, new Map(), LABELS)).toBe("教师：每周听写一次（12月1日前）　已做到");
});

test("a kept edit shows names and counts, and never an id", () => {
  const edit: Edit = {
    id: "e1",
    record: "visit:v1",
    after: null,
    op: "edit",
    v: 1,
    made_at: "2026-11-22T12:05:00Z",
    changes: { student_id: { old: null, new: "s1" } },
    members: { photos: { add: ["f00", "ba5"], remove: [] }, visitors: { add: ["t1"], remove: ["t2"] } },
    args: {},
  };
  const names = new Map([
    ["s1", "张三"],
    ["t1", "周敏"],
    ["t2", "王凤霞"],
  ]);
  expect(editWords(edit, names, LABELS)).toEqual([
    { label: "学生", words: "张三" },
    { label: "照片（添）", words: "2 张" },
    { label: "家访教师（添）", words: "周敏" },
    { label: "家访教师（去）", words: "王凤霞" },
  ]);
});

test("a family's answer is read as it was asked, and led to its child, not to a visit", () => {
  const said = { may_record: "no", who: "mother", channel: "paper" };
  const changes = Object.fromEntries(Object.entries(said).map(([field, code]) => [field, { old: null, new: code }]));
  const made = { after: null, op: "edit", v: 1, made_at: "2026-09-30T20:00:00+08:00", members: {}, args: {} } as const;
  const edit: Edit = { id: "e", record: "student:st1", changes, ...made };
  expect(editWords(edit, new Map(), LABELS)).toEqual([
    { label: "家长的答复", words: "家长不同意记录" },
    { label: "谁答复的", words: "母亲" },
    { label: "怎么得知", words: "签了纸质同意书" },
  ]);
  const story = { type: "returned", id: "e", record: edit.record, visitId: null, studentId: "st1", edit } as const;
  const more = { studentName: "张三", reason: null, message: null, case: null };
  expect(storyPlace({ ...story, ...more }).to).toEqual({ name: "student", params: { id: "st1" } });
  expect(storyPlace({ ...story, ...more, visitId: "v1", studentId: null }).word).toBe("打开手记");
});

test("a choice and a day are marked whole, a set by its elements, and everything is read by its label", () => {
  const names = new Map([["t1", "周敏"]]);
  const told = (...sides: Parameters<typeof conflict>): string[] =>
    facesOf(conflict(...sides), names, LABELS).map((side) =>
      side.map(({ text, differs }) => (differs ? `[${text}]` : text)).join(""),
    );
  expect(told("visit_result", "declined", "done")).toEqual(["[已完成]", "[家长婉拒]"]);
  expect(told("respondents", ["father"], ["mother", "father"])).toEqual(["[母亲]、父亲", "父亲"]);
  expect(told("visitors", [], ["t1"])).toEqual(["[周敏]", "[（没写）]"]);
  expect(told("visit_date", "2026-11-14", "2026-11-15")).toEqual(["[11月15日]", "[11月14日]"]);
});
