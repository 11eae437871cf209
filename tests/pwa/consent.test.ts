/** 家长同意 on the visit's page: what leaves the phone is said kindly, and an answer is written down without signal. */
import { mount, flushPromises } from "@vue/test-utils";
import { expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import { agreedInVain } from "#worker/store/answered.ts";
import { queued } from "#worker/store/queue.ts";
import type { Draft, MayRecord, StudentEntry, Values } from "#worker/store/types.ts";
import ConsentNote from "#pwa/visit/ConsentNote.vue";
import FactsFields from "#pwa/visit/FactsFields.vue";
import HandInDock from "#pwa/visit/HandInDock.vue";
import KeptHere from "#pwa/visit/KeptHere.vue";
import { inApp, makeApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/answered.ts"), async (load) => ({
  ...(await load()),
  agreedInVain: vi.fn(() => Promise.resolve(false)),
}));

const student = (mayRecord: MayRecord): StudentEntry => ({
  id: "st1",
  classId: "c1",
  name: "张三",
  pinyin: "zhang san",
  initials: "zs",
  householdId: null,
  mayRecord,
  gone: false,
  leftOn: null,
  mayPhoto: "unknown",
  state: "未访",
  pending: null,
});

function open(mayRecord: MayRecord, more = {}, app = makeApp()) {
  const props = { student: student(mayRecord), visitedOn: "", waits: true, ...more };
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
  expect(open("no").note.text()).toContain("只交日期、方式、结果和家访教师，不再记谈话内容");
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

test("what a teacher hears after a refusal is said to need the family's own word as well", async () => {
  const app = await makeSignedInApp("p1");
  const said = vi.spyOn(app.undo, "show");
  const { note } = open("no", {}, app);
  await press(note, "家长改主意了，记下答复");
  await note.get("input[value=mother]").setValue();
  await press(note, "家长同意记录");
  await vi.waitFor(() => {
    expect(said).toHaveBeenCalledWith(expect.stringContaining("要家长凭查询码改，或告诉德育处"));
  });
});

test("an agreement that the school has heard and that does not count is said so", async () => {
  vi.mocked(agreedInVain).mockResolvedValue(true);
  const { note } = open("no", {}, await makeSignedInApp("p1"));
  await vi.waitFor(() => {
    expect(note.text()).toContain("现在还不算数");
  });
  expect(note.text()).toContain("要家长凭查询码改");
});

const FACTS: Values = { student_id: "st1", visit_date: "2026-10-15", visit_form: "home", visit_result: "done" };
const WORDS: Values = { strengths: "爱帮妈妈做饭", time_start: "19:30", respondents: ["mother"], photos: ["a", "b"] };
const draft: Draft = {
  id: "v1",
  person: "p1",
  studentId: "st1",
  classId: "c1",
  opened: { "visit:v1": { ...FACTS, issues: "睡得晚" } },
  values: {
    "visit:v1": { ...FACTS, ...WORDS, issues: "睡得晚", "photos/a/use": "archive", visitors: ["p1"] },
    "visit_private:v1": { child_voice: "想打球" },
    "opinion:o1": { text: "汤凉", from: "family", pass_on: "anonymous" },
    "reflection:r1": { gift_declined: "一箱苹果", nominate: false },
  },
  revision: 1,
  place: null,
  updatedAt: "2026-10-15T20:00:00+08:00",
};
const Empty = { render: () => null };
const routes = [
  { path: "/", component: Empty },
  { path: "/photos/:id", name: "photos", component: Empty },
];
const here = () => ({
  ...inApp(makeApp()),
  plugins: [createRouter({ history: createMemoryHistory(), routes })],
});

test("after a refusal what was written is still to be read, folded, with what becomes of it", () => {
  const kept = mount(KeptHere, { props: { draft }, global: here() });
  expect(kept.get("details").attributes("open")).toBeUndefined();
  expect(kept.text()).toContain("这些只在这部手机上");
  expect(kept.text()).toContain("14天");
  const words = kept.findAll("dt").map((each, at) => `${each.text()} ${kept.findAll("dd")[at]?.text() ?? ""}`);
  expect(words.sort()).toEqual([
    "孩子的想法和心情 想打球",
    "开始时间 19:30",
    "意见建议 汤凉",
    "照片 2 张",
    "谈话人 母亲",
    "闪光点 爱帮妈妈做饭",
  ]); // neither what the school has already, nor what it may have
  const nothing = { ...draft, values: { "visit:v1": FACTS } };
  expect(mount(KeptHere, { props: { draft: nothing }, global: here() }).text()).toBe("");
});

test("a refused family's form asks what may be kept and no more, and a declined gift", () => {
  const fields = (form: Values): string[] => {
    const props = { form, visitId: "v1", student: student("no"), fixed: false };
    const shown = mount(FactsFields, { props, global: here() });
    return shown.findAll("[data-field]").map((each) => each.attributes("data-field") ?? "");
  };
  const story = ["time_start", "time_end", "place_kind", "respondents"];
  const form: Values = { ...FACTS, visit_form: "agreed_place", may_record: "unknown" };
  expect(fields(form)).toEqual(expect.arrayContaining(story));
  expect(fields({ ...form, may_record: "no" }).filter((field) => story.includes(field))).toEqual([]);
  expect(fields(form)).not.toContain("gift_declined");
  expect(fields({ ...form, may_record: "no" })).toContain("gift_declined");
  expect(fields({ ...form, may_record: "no", visit_result: "nobody_home" })).not.toContain("gift_declined");
});

test("the dock offers photos only where one may be kept or is there, and says what goes", () => {
  const dock = (form: Values, more = {}) =>
    mount(HandInDock, {
      props: { form, missing: [], visitId: "v1", changed: true, sends: true, ...more },
      global: here(),
    });
  expect(dock({ ...FACTS, may_record: "yes" }).text()).toContain("照片");
  expect(dock({ ...FACTS, may_record: "unknown" }).text()).toContain("照片");
  expect(dock({ ...FACTS, ...WORDS, may_record: "no" }).text()).not.toContain("照片");
  expect(dock({ ...FACTS, visit_result: "declined", may_record: "yes" }).text()).not.toContain("照片");
  expect(dock({ ...FACTS, ...WORDS, visit_result: "declined", may_record: "yes" }).text()).toContain("照片 2");
  expect(dock({ ...FACTS, may_record: "unknown" }).text()).toContain("写的内容等家长答复");
  const waiting = dock({ ...FACTS, may_record: "unknown" }, { sends: false });
  expect(waiting.text()).toContain("交过了，写的内容等家长答复");
  expect(waiting.get("button.primary").attributes("disabled")).toBeDefined();
  const story = { ...FACTS, ...WORDS, may_record: "yes" };
  expect(dock(story).text()).not.toContain("没写全");
  expect(dock(story, { missing: ["at_home"] }).text()).toContain("没写全也可以先交");
  expect(dock(story, { noPhotos: true }).text()).not.toContain("没写全");
  expect(dock(story, { noPhotos: true }).text()).toContain("家长不同意留照片，只交文字");
  expect(dock(story, { noPhotos: true, sends: false }).text()).toContain("文字交过了。家长不同意留照片");
  expect(dock({ ...FACTS, may_record: "yes" }, { noPhotos: true }).text()).not.toContain("家长不同意");
});
