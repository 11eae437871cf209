/** 家长同意 on the visit's page: what leaves the phone is said kindly, and an answer is written down without signal. */
import { mount, flushPromises } from "@vue/test-utils";
import { expect, test, vi } from "vitest";
import { queued } from "#worker/store/queue.ts";
import type { MayRecord, StudentEntry } from "#worker/store/types.ts";
import ConsentNote from "#pwa/visit/ConsentNote.vue";
import { inApp, makeApp, makeSignedInApp } from "./app.ts";

const student = (mayRecord: MayRecord): StudentEntry => ({
  id: "st1",
  classId: "c1",
  name: "张三",
  pinyin: "zhang san",
  initials: "zs",
  householdId: null,
  mayRecord,
  state: "未访",
});

function open(mayRecord: MayRecord, more = {}, app = makeApp()) {
  const props = { visitId: "v1", student: student(mayRecord), visitedOn: "", waits: true, ...more };
  return { note: mount(ConsentNote, { props, global: inApp(app) }) };
}

const press = async (note: ReturnType<typeof open>["note"], text: string): Promise<void> => {
  await note
    .findAll("button")
    .find((each) => each.text() === text)
    ?.trigger("click");
};

test("it says what is handed in, and that the words stay here", () => {
  expect(open("unknown").note.text()).toContain("只交日期、方式、结果和家访教师；家长同意了，再把内容交上去");
  expect(open("no").note.text()).toContain("孩子不受影响");
  expect(open("no").note.text()).toContain("已经写下的只在这台手机上");
  expect(open("no", { waits: false }).note.text()).not.toContain("已经写下的");
});

test("after two weeks the words are asked about, and not before", () => {
  vi.useFakeTimers({ now: new Date("2026-10-29T12:00:00+08:00"), toFake: ["Date"] });
  expect(open("unknown", { visitedOn: "2026-10-15" }).note.text()).toContain("已经等了14天");
  expect(open("unknown", { visitedOn: "2026-10-17" }).note.text()).not.toContain("已经等了");
  expect(open("unknown", { visitedOn: "2026-10-15", waits: false }).note.text()).not.toContain("已经等了");
  vi.useRealTimers();
});

test("an answer needs somebody who gave it, and is then on its way", async () => {
  const person = "p1";
  const { note } = open("unknown", {}, await makeSignedInApp(person));
  await press(note, "记下家长的答复");
  await press(note, "家长同意记录");
  expect(note.text()).toContain("请点一下是谁答复的");
  expect(await queued(person)).toEqual([]);
  await note.get("input[value=mother]").setValue();
  await press(note, "家长不同意");
  await vi.waitFor(async () => {
    expect((await queued(person)).map((each) => each.record)).toEqual(["student:st1"]);
  });
  await flushPromises();
  const [edit] = await queued(person);
  expect(edit?.edit.changes).toMatchObject({
    may_record: { new: "no" },
    who: { new: "mother" },
    channel: { new: "oral" },
  });
});
