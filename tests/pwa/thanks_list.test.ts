/** Thanks that were put off until the morning wait for it, also past midnight; nobody is nudged to write to a family by night. */
import { flushPromises, mount } from "@vue/test-utils";
import { h, type VNode } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import AppointmentSheet from "#pwa/components/AppointmentSheet.vue";
import ThanksList from "#pwa/today/ThanksList.vue";
import { isLate, nextMorning } from "#pwa/visit/family_code.ts";
import { thanksDue } from "#worker/store/thanks.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/thanks.ts"), async (load) => ({ ...(await load()), thanksDue: vi.fn() }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.mocked(thanksDue).mockResolvedValue([{ visitId: "v", studentName: "王小明", day: "2026-10-15" }]);
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a part of the app says at an hour of the phone's clock. */
async function shown(draw: () => VNode, clock: string): Promise<string> {
  vi.setSystemTime(new Date(`2026-10-15T${clock}:00`));
  const Empty = { render: () => null };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/:id?", name: "family-code", component: Empty }],
  });
  const made = mount({ render: draw }, { global: { ...inApp(await makeSignedInApp()), plugins: [router] } });
  await flushPromises();
  return made.text();
}

test("past midnight it is not said yet, from seven on it is", async () => {
  expect(await shown(() => h(ThanksList), "00:10")).toBe("");
  expect(await shown(() => h(ThanksList), "06:59")).toBe("");
  expect(await shown(() => h(ThanksList), "07:00")).toContain("昨晚没发的感谢");
});

test("by night a message to a family is put off until the morning", async () => {
  const sheet = (): VNode => h(AppointmentSheet, { kind: "ask", studentId: "s", show: true });
  expect(await shown(sheet, "22:30")).toContain("明早再发给家长吧");
  expect(await shown(sheet, "20:00")).not.toContain("明早再发");
  const morning = (clock: string): string => nextMorning(new Date(`2026-10-15T${clock}:00`));
  expect([isLate(new Date("2026-10-15T06:59:00")), isLate(new Date("2026-10-15T07:00:00"))]).toEqual([true, false]);
  expect([morning("06:59"), morning("21:30")]).toEqual(["2026-10-15", "2026-10-16"]);
});
