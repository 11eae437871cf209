/** A child's page, before any visit is opened. */
import { flushPromises, mount } from "@vue/test-utils";
import { createMemoryHistory, createRouter } from "vue-router";
import { expect, test, vi } from "vitest";
import StudentPage from "#pwa/classes/StudentPage.vue";
import { studentPage } from "#worker/store/records.ts";
import type { MayRecord, StudentEntry } from "#worker/store/types.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/records.ts"), async (load) => ({ ...(await load()), studentPage: vi.fn() }));

const student = (mayRecord: MayRecord, gone: boolean): StudentEntry => ({
  id: "st1",
  classId: "c1",
  name: "张三",
  pinyin: "zhang san",
  initials: "zs",
  householdId: null,
  mayRecord,
  mayPhoto: "unknown",
  state: "未访",
  gone,
  leftOn: gone ? "2026-10-15" : null,
  pending: null,
});

async function words(mayRecord: MayRecord, gone = false): Promise<string> {
  vi.mocked(studentPage).mockResolvedValue({ student: student(mayRecord, gone), guardians: [], visits: [] });
  const Empty = { render: () => null };
  const routes = ["/", "/new-visit"].map((path) => ({ path, name: path.slice(1) || "home", component: Empty }));
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/");
  const global = { plugins: [router], stubs: { TabBar: true }, ...inApp(await makeSignedInApp()) };
  const page = mount(StudentPage, { props: { id: "st1" }, global });
  await flushPromises();
  await vi.waitFor(() => page.get(".sum"));
  return page.text();
}

test("whether its family lets the visit be written down is known before the visit", async () => {
  expect(await words("no")).toContain("不可记：家长不同意记录");
  expect(await words("unknown")).toContain("还没问家长，内容能不能记");
  expect(await words("yes")).not.toMatch(/不可记|还没问/);
});

test("of a child that left nobody asks any more, and a refusal stays to be read", async () => {
  expect(await words("unknown", true)).not.toContain("还没问");
  expect(await words("no", true)).toContain("不可记");
});
