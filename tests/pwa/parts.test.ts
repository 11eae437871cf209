/** What each part of the form asks, of whom, and what its answers say. The rules behind them stand in form.test.ts. */
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import { defineComponent, h, type Component } from "vue";
import type { AppContext } from "#pwa/components/app_context.ts";
import { provideForm } from "#pwa/components/use_undo_here.ts";
import AgainFields from "#pwa/visit/AgainFields.vue";
import ChildFields from "#pwa/visit/ChildFields.vue";
import DateField from "#pwa/visit/DateField.vue";
import FiveNoFields from "#pwa/visit/FiveNoFields.vue";
import KnowSix from "#pwa/visit/KnowSix.vue";
import OpinionFields from "#pwa/visit/OpinionFields.vue";
import PurposeFields from "#pwa/visit/PurposeFields.vue";
import QuickDock from "#pwa/visit/QuickDock.vue";
import ResultFields from "#pwa/visit/ResultFields.vue";
import ThoughtFields from "#pwa/visit/ThoughtFields.vue";
import VisitorsField from "#pwa/visit/VisitorsField.vue";
import { writeRecords } from "#worker/store/db.ts";
import type { Values } from "#worker/store/types.ts";
import { inApp, makeSignedInApp } from "./app.ts";

const ME = "01900000-0000-7000-8000-000000000001";
const NOON = new Date("2026-10-15T12:00:00+08:00");
let app: AppContext;
let shown: VueWrapper | undefined;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(NOON);
  app = await makeSignedInApp(ME);
});
afterEach(() => {
  shown?.unmount();
  app.stop();
  vi.useRealTimers();
});

const Empty = { render: () => null };
async function open(part: unknown, form: Values, more: Record<string, unknown> = {}): Promise<VueWrapper> {
  const names = ["photos", "extra-page", "visit"];
  const routes = [
    { path: "/", component: Empty },
    ...names.map((name) => ({ path: `/${name}/:id`, name, component: Empty })),
  ];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/");
  const asks = (part as { readonly props?: object }).props ?? {};
  const given = { form, visitId: "v1", student: null, fixed: false, ...more };
  shown = mount(part as Component, {
    props: Object.fromEntries(Object.entries(given).filter(([name]) => name in asks)),
    global: { ...inApp(app), plugins: [router] },
  }) as VueWrapper;
  await flushPromises();
  return shown;
}

async function keepStaff(...rows: Values[]): Promise<void> {
  await writeRecords(["rows"], async (tx) => {
    for (const [seq, row] of rows.entries())
      await tx
        .objectStore("rows")
        .put({ person: ME, scope: `self:${ME}`, kind: "staff", id: `staff-${seq}`, rev: 1, seq, row });
  });
}
const asked = (part: VueWrapper): string[] => part.findAll("legend").map((each) => each.text().split("　")[0] ?? "");
const tick = async (part: VueWrapper, word: string): Promise<void> => {
  const chip = part.findAll("label.chip").find((each) => each.text() === word);
  if (!chip) throw new Error(`no chip ${word}`);
  await chip.get("input").setValue(true);
};
const press = async (part: VueWrapper, word: string): Promise<void> => {
  const button = part.findAll("button").find((each) => each.text().includes(word));
  if (!button) throw new Error(`no button ${word}`);
  await button.trigger("click");
};

test.each([
  ["done", ["怎么访的", "结果怎样", "和谁谈的"]],
  ["declined", ["怎么访的", "结果怎样", "给家长提了哪些别的方式"]],
  ["rescheduled", ["怎么访的", "结果怎样"]],
  ["nobody_home", ["怎么访的", "结果怎样"]],
])("the result %s asks what belongs to it and nothing else", async (result, legends) => {
  const part = await open(ResultFields, { visit_form: "home", visit_result: result });
  expect(asked(part)).toEqual(legends);
  expect(part.find("input[type=date]").exists()).toBe(result === "rescheduled");
  expect(part.text()).not.toContain("不进门");
});

test("a place is asked only where one was agreed; of a child alone it is said not to go in", async () => {
  expect(asked(await open(ResultFields, { visit_form: "agreed_place" }))).toContain("在哪里");
  expect((await open(ResultFields, { visit_result: "child_alone" })).text()).toContain("不进门，另约一次");
});

test("an appointment lies today or later, and a visit today or before", async () => {
  const later = await open(ResultFields, { visit_result: "rescheduled" });
  expect(later.get("input[type=date]").attributes("min")).toBe("2026-10-15");
  await later.get("input[type=date]").setValue("2026-10-20");
  expect(later.emitted("set")).toEqual([["rescheduled_to", "2026-10-20"]]);
  const day = await open(DateField, {}, { value: "2026-10-01" });
  expect(day.get("input[type=date]").attributes("max")).toBe("2026-10-15");
  expect(day.text()).not.toContain("还没到");
  expect((await open(DateField, {}, { value: "2026-10-16" })).text()).toContain("这一天还没到");
  expect((await open(DateField, {}, { value: "2026-10-15" })).text()).not.toContain("还没到"); // today is not to come
});

test("today and the two days before are one tap, any other the calendar", async () => {
  const day = await open(DateField, {}, { value: "2026-10-15" });
  expect(day.find("input[type=date]").exists()).toBe(false);
  await tick(day, "前天");
  await tick(day, "别的日子");
  expect(day.emitted("set")).toEqual([["2026-10-13"]]);
  expect(day.find("input[type=date]").exists()).toBe(true);
});

test("the next visit is counted from the visit's own day, and never lies before it", async () => {
  const part = await open(AgainFields, { visit_date: "2026-10-10" });
  await tick(part, "两周后");
  await tick(part, "一周后");
  expect(part.emitted("set")).toEqual([
    ["follow_up_on", "2026-10-24"],
    ["follow_up_on", "2026-10-17"],
  ]);
  const other = await open(AgainFields, { visit_date: "2026-10-10", follow_up_on: "2026-10-12", photos: ["a", "b"] });
  expect(other.get("input[type=date]").attributes("min")).toBe("2026-10-10");
  expect(other.text()).toContain("2 张");
  expect(other.text()).toContain("会列在“今天”里");
});

test("四面对 has the name of the way the visit was made", async () => {
  expect(asked(await open(PurposeFields, { visit_form: "home" }))).toContain("四面对");
  expect(asked(await open(PurposeFields, { visit_form: "video" }))).toContain("沟通内容");
});

test("五不准 is ticked and taken back; of a gift it is said who reads it", async () => {
  const part = await open(FiveNoFields, {});
  await tick(part, "本次遵守五不准");
  expect(part.emitted("set")).toEqual([["pledge", true]]);
  expect(part.text()).toContain("您、师德专员、德育处和校长看得到。");
  const kept = await open(FiveNoFields, { pledge: true });
  await kept.get("input[type=checkbox]").setValue(false);
  expect(kept.emitted("set")).toEqual([["pledge", false]]);
});

test("没有意见 is one tap; an opinion takes it back, and five are the most", async () => {
  const part = await open(OpinionFields, {});
  await tick(part, "没有意见");
  expect(part.emitted("set")).toEqual([["no_opinion", true]]);
  const none = await open(OpinionFields, { no_opinion: true });
  await press(none, "记一条意见");
  const [values] = none.emitted("setAll")?.[0] as [Values];
  expect(values["no_opinion"]).toBe(false);
  expect(Object.entries(values).find(([path]) => path.endsWith("/pass_on"))?.[1]).toBe("anonymous");
  const five = ["a", "b", "c", "d", "e"];
  const full = await open(OpinionFields, {
    opinions: five,
    ...Object.fromEntries(five.map((id) => [`opinions/${id}/text`, id])),
  });
  expect(full.text()).not.toContain("再记一条");
  expect(full.text()).not.toContain("没有意见");
});

test.each([
  [{}, "您、德育处和校长看得到。"],
  [{ "opinions/o/about_staff": true }, "说到老师的：只有您和师德专员看得到。"],
  [{ "opinions/o/about_staff": true, "opinions/o/pass_on": "withheld" }, "不转达：只有您自己看得到。"],
])("an opinion says who will read it", async (more, words) => {
  const part = await open(OpinionFields, { opinions: ["o"], "opinions/o/text": "菜凉了", ...more });
  expect(part.text()).toContain(words);
});

test("an opinion that is taken away is emptied, and comes back with its words", async () => {
  const values: Values = { opinions: ["o"], "opinions/o/text": "菜凉了" };
  const setAll = vi.fn();
  const Form = defineComponent(() => {
    provideForm({ values: () => values, setAll });
    return () => h(OpinionFields, { form: values, visitId: "v1", student: null, fixed: false });
  });
  const part = await open(Form, values);
  await press(part, "去掉这一条");
  expect(app.undo.offer.value?.text).toBe("去掉了一条意见。");
  await app.undo.take();
  expect(setAll).toHaveBeenCalledWith({ "opinions/o/text": "菜凉了" });
});

test("a code that this app does not know is shown as it is, stays chosen, and is not lost when another is added", async () => {
  const part = await open(PurposeFields, { purpose: ["by_boat"] });
  expect(part.text()).toContain("by_boat");
  await tick(part, "报喜鼓励");
  expect(part.emitted("set")).toEqual([["purpose", ["by_boat", "praise"]]]);
});

test("what another phone of the same person wrote stands below one's own, and the other page shows its beginning", async () => {
  const part = await open(ThoughtFields, {
    reflection: "多听",
    reflections: ["r2"],
    "reflections/r2/reflection": "少说",
    extra_page: "桂花香",
  });
  expect(part.findAll("textarea").map((each) => each.element.value)).toEqual(["多听", "少说"]);
  expect(part.text()).toContain("桂花香");
  await tick(part, "推荐参评");
  expect(part.emitted("set")).toEqual([["nominate", true]]);
});

test("who was not there and holds no such record is not asked for the child's own words, but sees what is there", async () => {
  const names = (part: VueWrapper): string[] => part.findAll("textarea").map((each) => each.attributes("name") ?? "");
  const others = { author_id: "t9", visitors: ["t9"] };
  expect(names(await open(ChildFields, others))).toEqual(["strengths", "at_school", "at_home", "issues"]);
  expect(names(await open(ChildFields, { ...others, child_voice: "想当医生" }))).toContain("child_voice");
  const own = names(await open(ChildFields, { visitors: [ME] }));
  expect(own[0]).toBe("strengths"); // praise first
  expect(own).toContain("growth_env");
});

test("六知道 ticks what was written and says of the rest where it stands", async () => {
  const part = await open(KnowSix, { visit_result: "done", purpose: ["praise"] });
  const said = part.findAll("li").map((each) => each.text());
  expect(said[0]).toContain("写到了");
  expect(said[1]).toContain("还没写到");
  expect(said[2]).toContain("等家长说");
});

test("oneself is always among those who can be ticked; six are the most", async () => {
  const part = await open(VisitorsField, { visitors: [] });
  await tick(part, "周敏");
  expect(part.emitted("set")).toEqual([["visitors", [ME]]]);
  expect(part.text()).toContain("加老师");
  const six = await open(VisitorsField, { visitors: [ME, "2", "3", "4", "5", "6"] });
  expect(six.text()).not.toContain("加老师");
});

test("a colleague who has left is not offered any more", async () => {
  await keepStaff({ id: "t2", name: "何建国" }, { id: "t3", name: "孙离校", left_on: "2026-01-31" });
  const part = await open(VisitorsField, { visitors: [ME] });
  await press(part, "加老师");
  await vi.waitFor(() => {
    expect(part.text()).toContain("何建国");
  });
  expect(part.text()).not.toContain("孙离校");
});

test("a visit that did not take place is handed in at the door, one that did is put by for the evening", async () => {
  const whole = await open(QuickDock, {}, { studentId: null, whole: true });
  await press(whole, "交上去");
  expect(whole.emitted("handIn")).toHaveLength(1);
  const half = await open(QuickDock, {}, { studentId: null, whole: false });
  expect(half.text()).not.toContain("交上去");
  await press(half, "存好，晚上再写");
  expect(half.emitted("later")).toHaveLength(1);
});
