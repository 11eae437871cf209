/** 要办的 on 今天: ticked off with a way back; what the store refuses is said and stays. */
import { flushPromises, mount, RouterLinkStub } from "@vue/test-utils";
import { beforeEach, expect, test, vi } from "vitest";
import type { AppContext } from "#pwa/components/app_context.ts";
import { daysAfter } from "#pwa/components/dates.ts";
import DueList from "#pwa/today/DueList.vue";
import { today } from "#worker/ids.ts";
import { keepPromise, type Due } from "#worker/store/due.ts";
import { NoRoom } from "#worker/store/room.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("vue-router"), async (load) => ({ ...(await load()), useRoute: () => ({ path: "/" }) as never }));
vi.mock(import("#worker/store/due.ts"), async (load) => ({ ...(await load()), keepPromise: vi.fn() }));

const ME = "01900000-0000-7000-8000-000000000001";
const PROMISE: Due = {
  kind: "promise",
  day: "2020-01-01",
  visitId: "v1",
  studentId: "s1",
  studentName: "陈清扬",
  what: "借一本书",
  who: "teacher",
};
let app: AppContext;
const openList = () =>
  mount(DueList, {
    props: { items: [PROMISE] },
    global: { ...inApp(app), stubs: { RouterLink: RouterLinkStub } },
  });
let list: ReturnType<typeof openList>;

beforeEach(async () => {
  vi.mocked(keepPromise).mockReset();
  app = await makeSignedInApp(ME);
  list = openList();
});

test("a promise that is ticked off can be brought back", async () => {
  await list.get("button").trigger("click");
  await flushPromises();
  expect(keepPromise).toHaveBeenLastCalledWith(ME, PROMISE, true);
  expect(app.undo.offer.value?.text).toContain("办好了");
  await app.undo.take();
  expect(keepPromise).toHaveBeenLastCalledWith(ME, PROMISE, false);
});

test("a full phone says so, and offers nothing to bring back", async () => {
  vi.mocked(keepPromise).mockRejectedValue(new NoRoom("QuotaExceededError"));
  await list.get("button").trigger("click");
  await flushPromises();
  expect(list.get("[role=alert]").text()).toContain("手机快满了");
  expect(app.undo.offer.value).toBeNull();
});

test("a day to visit again leads to the visit and cannot be ticked off", async () => {
  await list.setProps({ items: [{ ...PROMISE, kind: "follow_up", what: "", who: "" }] });
  expect(list.find("button").exists()).toBe(false);
  expect(list.text()).toContain("记家访");
});

test("the day before an appointment the family can be reminded, with its time in the words", async () => {
  const day = daysAfter(today(), 1);
  await list.setProps({ items: [{ ...PROMISE, kind: "appointment", day, what: "晚上7点", who: "" }] });
  expect(list.text()).toContain("约好的家访，晚上7点");
  await list.get("button").trigger("click");
  expect(list.get(".message").text()).toContain("明天晚上7点我们见");
});
