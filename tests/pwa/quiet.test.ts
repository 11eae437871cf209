import { mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nextTick } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import type { AppContext } from "#pwa/components/app_context.ts";
import type { Missing } from "#pwa/components/form.ts";
import { isQuiet, quietHours } from "#worker/quiet.ts";
import { waitWords } from "#pwa/components/wait_words.ts";
import HandInDock from "#pwa/visit/HandInDock.vue";
import MissingLine from "#pwa/visit/MissingLine.vue";
import type { Values } from "#worker/store/types.ts";
import { inApp, makeApp } from "./app.ts";

const MISSING: readonly Missing[] = [
  { field: "respondents", part: "facts" },
  { field: "strengths", part: "child" },
];
let app: AppContext;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
});
afterEach(() => {
  app.stop();
  vi.useRealTimers();
});

const Empty = { render: () => null };

/** The app at an hour of the phone's clock. */
async function at(clock: string, campaign: Values = {}): Promise<object> {
  vi.setSystemTime(new Date(`2026-10-15T${clock}:00`));
  app = makeApp(campaign);
  const routes = [
    { path: "/", name: "home", component: Empty },
    { path: "/photos/:id?", name: "photos", component: Empty },
  ];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/");
  return { ...inApp(app), plugins: [router] };
}
const line = async (clock: string, campaign?: Values): Promise<VueWrapper> =>
  mount(MissingLine, { props: { missing: MISSING }, global: await at(clock, campaign) });

test("what can be added is a number, and a tap leads to each in turn", async () => {
  const shown = await line("21:59");
  expect(shown.text()).toContain("还有 2 项可以补");
  for (const name of ["谈话人", "闪光点", "谈话人"]) {
    expect(shown.get("button").text()).toBe(name);
    await shown.get("button").trigger("click");
  }
  expect(shown.emitted("jump")).toEqual([["respondents"], ["strengths"], ["respondents"]]);
});

test.each(["22:00", "23:59", "00:30", "06:59"])("at %s nothing is said about it", async (clock) => {
  expect((await line(clock)).text()).toBe("");
});

test("a form that is open over the hour falls silent, and speaks again in the morning", async () => {
  const shown = await line("21:59");
  vi.advanceTimersByTime(60_000);
  await nextTick();
  expect(shown.text()).toBe("");
  vi.advanceTimersByTime(9 * 3600_000);
  await nextTick();
  expect(shown.text()).toContain("还有 2 项可以补");
});

test("the school's quiet hours go before the usual ones, and may lie within one day", async () => {
  const noon = { writing: { quiet_hours: { from: "12:00", to: "14:00" } } };
  expect((await line("13:00", noon)).text()).toBe("");
  expect((await line("23:00", noon)).text()).toContain("还有 2 项");
  expect(quietHours({ writing: { quiet_hours: { from: "late" } } })).toEqual({ from: "22:00", to: "07:00" });
  expect(isQuiet({ from: "22:00", to: "07:00" }, new Date("2026-10-15T07:00:00"))).toBe(false);
});

test.each([
  ["22:30", "现在晚了，先想好，明早再发给家长吧。"],
  ["00:30", "现在晚了，先想好，明早再发给家长吧。"],
  ["05:35", "现在还早，先想好，7点以后再发给家长吧。"],
])("at %s a message to a family waits, and it is said until when", (clock, words) => {
  const at = new Date(`2026-10-15T${clock}:00`);
  expect(waitWords({ from: "22:00", to: "07:00" }, at)).toBe(words);
  expect(waitWords({ from: "22:00", to: "06:30" }, at)).toBe(words.replace("7点", "6点30分"));
});

const dock = async (clock: string, changed = true): Promise<VueWrapper> =>
  mount(HandInDock, {
    props: { form: {}, missing: MISSING, visitId: "v", changed, sends: changed },
    global: await at(clock),
  });
const handIn = async (shown: VueWrapper): Promise<void> => {
  await shown.findAll("button").at(-1)?.trigger("click");
};

test("handing in unfinished is asked about in one sentence by day, and not at all by night", async () => {
  const day = await dock("20:00");
  await handIn(day);
  expect(day.text()).toContain("还有2项没写：谈话人、闪光点。可以先交，回头再补。现在交吗？");
  expect(day.emitted("handIn")).toBeUndefined();
  await handIn(day);
  expect(day.emitted("handIn")).toHaveLength(1);

  const night = await dock("22:30");
  await handIn(night);
  expect(night.emitted("handIn")).toHaveLength(1);
});

test("what is as the school has it cannot be handed in again", async () => {
  const still = await dock("20:00", false);
  await handIn(still);
  expect(still.emitted("handIn")).toBeUndefined();
  expect(still.text()).toContain("随时可以再改");
});
