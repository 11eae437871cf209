import { flushPromises, mount } from "@vue/test-utils";
import { createMemoryHistory, createRouter, type Router } from "vue-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AppContext } from "#pwa/components/app_context.ts";
import ReviewList from "#pwa/components/ReviewList.vue";
import ReviewNote from "#pwa/components/ReviewNote.vue";
import { reviewsOf, type ReviewEntry } from "#worker/store/reviews.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/reviews.ts"), async (original) => ({ ...(await original()), reviewsOf: vi.fn() }));

const evening = (hour: number): Date => new Date(`2026-10-15T${String(hour).padStart(2, "0")}:30:00`);
const said = (id: string, part: Partial<ReviewEntry> = {}): ReviewEntry => ({
  id,
  rev: 1,
  visitId: `visit-${id}`,
  studentName: "陈一诺",
  state: "more",
  words: "请补一句",
  by: "李主任",
  at: "2026-10-15T18:00:00",
  ...part,
});
let app: AppContext;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  app = await makeSignedInApp();
});
afterEach(() => {
  vi.useRealTimers();
});

const surroundings = (): { plugins: [Router]; provide: object } => {
  const routes = [{ path: "/app/visit/:id", name: "visit", component: { render: () => null } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  return { plugins: [router], ...inApp(app) };
};

async function shownList(): Promise<string> {
  const wrapper = mount(ReviewList, { global: surroundings() });
  await flushPromises();
  return wrapper.html();
}

async function shownNote(visitId: string): Promise<string> {
  const wrapper = mount(ReviewNote, { props: { visitId }, global: surroundings() });
  await flushPromises();
  return wrapper.html();
}

test("今天 tells what is asked for, three at most, and stays silent at night and of what was only read", async () => {
  const four = ["a", "b", "c", "d"].map((id) => said(id));
  vi.mocked(reviewsOf).mockResolvedValue([...four, said("e", { state: "read" })]);
  vi.setSystemTime(evening(20));
  const html = await shownList();
  expect(html.match(/href="\/app\/visit\//g)).toHaveLength(3);
  expect(html).toContain("还有 1 条");
  vi.setSystemTime(evening(23));
  expect(await shownList()).not.toContain("请补一句");
});

test("a visit's page says what its own review says, at night too", async () => {
  vi.setSystemTime(evening(23));
  vi.mocked(reviewsOf).mockResolvedValue([said("a"), said("b", { state: "read", words: "" })]);
  const more = await shownNote("visit-a");
  for (const words of ["请补充：请补一句", "李主任", "今天 18:00", "知道了"]) expect(more).toContain(words);
  const read = await shownNote("visit-b");
  expect(read).toContain("德育处已阅");
  expect(read).not.toContain("button");
  expect(await shownNote("visit-z")).not.toContain("德育处");
});
