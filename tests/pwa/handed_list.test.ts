/** What the school handed to a teacher is met on 今天; without a connection it is said, and leads nowhere. */
import { flushPromises, mount } from "@vue/test-utils";
import { shallowRef } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import HandedList from "#pwa/today/HandedList.vue";
import { handedCount } from "#worker/store/voices.ts";
import { IDLE, type Report } from "#worker/sync/report.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/voices.ts"), async (load) => ({ ...(await load()), handedCount: vi.fn() }));

async function list(connection: Report["connection"]) {
  const app = { ...(await makeSignedInApp()), report: shallowRef<Report>({ ...IDLE, connection }) };
  const made = mount(HandedList, { global: inApp(app) });
  await flushPromises();
  return made;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-10-15T20:00:00") });
  vi.mocked(handedCount).mockResolvedValue(2);
});
afterEach(() => {
  vi.useRealTimers();
});

test("the line says how many, and leads to the school's page", async () => {
  const made = await list("ok");
  expect(made.text()).toContain("学校转来 2 件意见");
  expect(made.get("a").attributes("href")).toBe("/school/suggestions/mine");
});

test("without a connection it says so and leads nowhere", async () => {
  const made = await list("no_network");
  expect(made.text()).toContain("现在没连上");
  expect(made.find("a").exists()).toBe(false);
});

test("where nothing waits nothing is said", async () => {
  vi.mocked(handedCount).mockResolvedValue(0);
  expect((await list("ok")).text()).toBe("");
});

test.each(["22:00", "06:59"])("at %s nothing of it is said", async (clock) => {
  vi.setSystemTime(new Date(`2026-10-15T${clock}:00`));
  expect((await list("ok")).text()).toBe("");
});
