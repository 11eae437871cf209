/** What lists say of a family: nothing is 未访 that this teacher has under way. */
import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import type { Pending, StudentEntry, StudentState, VisitEntry } from "#worker/store/types.ts";
import StudentRow from "#pwa/components/StudentRow.vue";
import StateFilter from "#pwa/classes/StateFilter.vue";
import { sumWords } from "#pwa/classes/history.ts";
import { onlyThose, type Seen } from "#pwa/classes/roster.ts";
import ClassCell from "#pwa/today/ClassCell.vue";

const student = (state: StudentState, pending: Pending | null): StudentEntry => ({
  id: "st1",
  classId: "c1",
  name: "张三",
  pinyin: "zhang san",
  initials: "zs",
  householdId: null,
  mayRecord: "yes",
  gone: false,
  leftOn: null,
  mayPhoto: "archive",
  state,
  pending,
});
const visit = (state: VisitEntry["state"], form = "home"): VisitEntry => ({
  id: "v1",
  studentId: "st1",
  classId: "c1",
  studentName: "张三",
  values: { visit_form: form, visit_result: "done" },
  state,
  held: false,
  mayRecord: "yes",
  mayPhoto: "archive",
  mine: true,
  late: false,
  photos: 0,
  photosMissing: 0,
});

test("a family's row says what is under way instead of 未访, and beside any other state", () => {
  const words = (state: StudentState, pending: Pending | null): string =>
    mount(StudentRow, { props: { student: student(state, pending) } })
      .get(".value")
      .text();
  expect(words("未访", null)).toBe("未访");
  expect(words("未访", "草稿")).toBe("草稿");
  expect(words("未访", "待上传")).toBe("待上传");
  expect(words("登门", "待上传")).toBe("待上传登门");
});

test("a child that left is not waited for", () => {
  const row = mount(StudentRow, { props: { student: { ...student("未访", "草稿"), gone: true } } });
  expect(row.text()).toContain("已转出");
  expect(row.get(".value").text()).toBe("草稿");
  const idle = mount(StudentRow, { props: { student: { ...student("登门", null), gone: true } } });
  expect(idle.get(".value").text()).toBe("登门");
});

test("今天 counts the families of a class with something under way", () => {
  const students = [student("登门", "待上传"), student("未访", "草稿"), student("未访", "草稿"), student("未访", null)];
  const cell = mount(ClassCell, {
    props: { room: { id: "c1", name: "七年级1班", grade: 7, students } },
    global: { stubs: { RouterLink: { template: "<a><slot /></a>" } } },
  });
  expect(cell.text()).toContain("4 户，已联系 1 户");
  expect(cell.text()).toContain("待上传 1 户，草稿 2 户");
});

test("a child's page tells drafts and what was not sent from what the school has", () => {
  expect(sumWords([])).toBe("还没有联系过。");
  expect(sumWords([visit("草稿")])).toBe("有草稿 1 份，还没交。");
  expect(sumWords([visit("已送达"), visit(null, "phone")])).toBe("联系 2 次，登门 1 次。");
  expect(sumWords([visit("已送达"), visit("待上传"), visit("草稿")])).toBe(
    "联系 2 次，登门 2 次，其中 1 次待上传。另有草稿 1 份。",
  );
});

test("the filter of a class counts and lists the families as their rows tell them", () => {
  const under = { ...student("未访", "草稿"), id: "under" };
  const both = { ...student("登门", "待上传"), id: "both" };
  const idle = { ...student("未访", null), id: "idle" };
  const left = { ...student("未访", "草稿"), id: "left", gone: true };
  const all = [under, both, idle, left];
  const ids = (see: Seen): string[] => onlyThose(all, see).map((each) => each.id);
  expect(ids("未访")).toEqual(["idle"]);
  expect(ids("登门")).toEqual(["both"]);
  expect(ids("进行中")).toEqual(["under", "both", "left"]);
  expect(ids("全部")).toEqual(["under", "both", "idle", "left"]);
  const chips = (students: StudentEntry[], see: Seen): string[] =>
    mount(StateFilter, { props: { modelValue: see, students } })
      .findAll(".chip")
      .map((each) => each.text());
  expect(chips(all, "全部")).toEqual(["全部", "未访 1", "登门 1", "进行中 3"]);
  expect(chips([idle], "进行中")).toEqual(["全部", "未访 1", "进行中 0"]);
});
