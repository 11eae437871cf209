/** In quiet hours neither the icon counts, nor is a new version or the promise of the five 不准 held up to anybody. */
import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nextTick, shallowRef } from "vue";
import type { AppContext } from "#pwa/components/app_context.ts";
import PledgeCard from "#pwa/components/PledgeCard.vue";
import UpdateOffer from "#pwa/components/UpdateOffer.vue";
import { registerWorker } from "#pwa/components/update.ts";
import { useBadge } from "#pwa/components/use_badge.ts";
import { badgeOf, showBadge } from "#worker/badge.ts";
import type { HomeCounts } from "#worker/store/types.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/badge.ts"), async (load) => ({ ...(await load()), showBadge: vi.fn() }));
vi.mock(import("#pwa/components/update.ts"), () => ({ registerWorker: vi.fn() }));

const COUNTS = { waitingEdits: 3, waitingPhotos: 0, waitingBytes: 0, waitingVisits: 2, unsentVisits: 2 };
const counts = { ...COUNTS, needAction: 1, drafts: 0, lastDelivery: null };
let app: AppContext;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: new Date("2026-10-15T21:59:00") });
  const FIVE = [{ code: "1", label: "不准要求家长安排车辆接送" }];
  app = await makeSignedInApp("p1", { codes: { five_no: FIVE } });
});
afterEach(() => {
  app.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function pass(minutes: number): Promise<void> {
  vi.advanceTimersByTime(minutes * 60_000);
  await nextTick();
}

test("the number on the icon goes at the hour, and is back in the morning", async () => {
  const setup = (): (() => null) => {
    useBadge();
    return () => null;
  };
  const now = shallowRef<HomeCounts | null>(null);
  const shown = mount({ setup }, { global: inApp({ ...app, counts: now }) });
  now.value = counts;
  await nextTick();
  expect(showBadge).toHaveBeenLastCalledWith(3);
  await pass(1);
  expect(showBadge).toHaveBeenLastCalledWith(0);
  now.value = { ...counts, waitingVisits: 5 };
  await pass(8 * 60);
  expect(showBadge).toHaveBeenLastCalledWith(0);
  await pass(60);
  expect(showBadge).toHaveBeenLastCalledWith(6);
  expect([badgeOf(counts, true), badgeOf(null, false)]).toEqual([0, 0]);
  shown.unmount();
});

test("a new version is offered in the morning, not at night", async () => {
  vi.stubGlobal("navigator", { serviceWorker: {} });
  vi.stubEnv("DEV", false);
  const shown = mount(UpdateOffer, { global: inApp(app) });
  vi.mocked(registerWorker).mock.lastCall?.[1].onOffer();
  await nextTick();
  expect(shown.text()).toContain("新版本已就绪");
  await pass(1);
  expect(shown.text()).toBe("");
  await pass(9 * 60);
  expect(shown.text()).toContain("新版本已就绪");
  vi.unstubAllEnvs();
  shown.unmount();
});

test("the promise is folded at night, and can be opened and signed all the same", async () => {
  const shown = mount(PledgeCard, { global: inApp(app) });
  await vi.waitFor(() => shown.get("details"));
  expect(shown.get("details").attributes("open")).toBeDefined();
  await pass(1);
  expect(shown.get("details").attributes("open")).toBeUndefined();
  expect(shown.get("button").text()).toBe("我承诺");
  shown.unmount();
});
