/** Pictures shared into the app: which visits take them, and why another does not. */
import { flushPromises, mount } from "@vue/test-utils";
import { createMemoryHistory, createRouter } from "vue-router";
import { expect, test, vi } from "vitest";
import SharePage from "#pwa/visit/SharePage.vue";
import { myRecords } from "#worker/store/mine.ts";
import { putIntoVisit, trayPhotos } from "#worker/store/tray.ts";
import type { Photo, Values, VisitEntry } from "#worker/store/types.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/mine.ts"), async (load) => ({ ...(await load()), myRecords: vi.fn() }));
vi.mock(import("#worker/store/tray.ts"), async (load) => ({
  ...(await load()),
  trayPhotos: vi.fn(),
  putIntoVisit: vi.fn(),
}));

const visit = (values: Values, more: Partial<VisitEntry> = {}): VisitEntry => ({
  id: "v1",
  studentId: "st1",
  classId: "c1",
  studentName: "陈一诺",
  values: { visit_date: "2026-10-15", visit_form: "home", ...values },
  state: "草稿",
  held: false,
  mayRecord: "yes",
  mayPhoto: "archive",
  mine: true,
  late: false,
  photos: 0,
  photosMissing: 0,
  ...more,
});

async function shared(one: VisitEntry) {
  vi.mocked(myRecords).mockResolvedValue([one]);
  vi.mocked(trayPhotos).mockResolvedValue([{ sha256: "a" } as Photo]);
  const Empty = { render: () => null };
  const names = ["home", "new-visit", "photos", "visit", "share", "records", "class", "me", "todo", "cards"];
  const routes = names.map((name) => ({ path: name === "home" ? "/" : `/${name}/:id?`, name, component: Empty }));
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/share");
  const global = { plugins: [router], stubs: { ShareTray: true, TabBar: true }, ...inApp(await makeSignedInApp()) };
  const page = mount(SharePage, { global });
  await flushPromises();
  await vi.waitFor(() => page.get("ul button"));
  return page;
}

test("a visit that did not take place says so, and takes no pictures", async () => {
  const page = await shared(visit({ visit_result: "declined" }));
  expect(page.get("ul button").text()).toMatch(/婉拒.*不收照片/s);
  expect(page.get("ul button").text()).not.toContain("登门访问");
  await page.get("ul button").trigger("click");
  await flushPromises();
  expect(page.text()).toContain("这次没访成");
  expect(page.text()).not.toContain("不同意");
  expect(putIntoVisit).not.toHaveBeenCalled();
});

test("a family that wants no photos is named as the reason", async () => {
  const page = await shared(visit({ visit_result: "done" }, { mayPhoto: "no" }));
  expect(page.get("ul button").text()).toContain("登门访问");
  await page.get("ul button").trigger("click");
  await flushPromises();
  expect(page.text()).toContain("陈一诺的家长不同意留照片");
});

test("a visit that took place takes them", async () => {
  const page = await shared(visit({ visit_result: "done" }));
  expect(page.get("ul button").text()).not.toContain("不收照片");
  await page.get("ul button").trigger("click");
  await vi.waitFor(() => {
    expect(putIntoVisit).toHaveBeenCalledOnce();
  });
});
