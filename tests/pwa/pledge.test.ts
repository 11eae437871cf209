import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import PledgeCard from "#pwa/components/PledgeCard.vue";
import type { AppContext } from "#pwa/components/app_context.ts";
import { keepPledge, pledgeOf } from "#worker/store/pledges.ts";
import { inApp, makeSignedInApp } from "./app.ts";

const ME = "01900000-0000-7000-8000-000000000001";
const FIVE = ["不准要求家长安排车辆接送", "不准收受家长馈赠的钱、物"].map((label, at) => ({ code: String(at), label }));
let app: AppContext;

beforeEach(async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  app = await makeSignedInApp(ME, { codes: { five_no: FIVE } });
});
afterEach(() => {
  app.stop();
  vi.unstubAllGlobals();
});

async function card(): Promise<VueWrapper> {
  const wrapper = mount(PledgeCard, { global: inApp(app) });
  await vi.waitFor(() => {
    expect(wrapper.find("details").exists()).toBe(true);
  });
  return wrapper;
}

test("promised without a signal, it lies on the phone and says so; no second button", async () => {
  const shown = await card();
  expect(shown.findAll("li").map((each) => each.text())).toEqual(FIVE.map((each) => each.label));
  await shown.get("button").trigger("click");
  await vi.waitFor(() => {
    expect(shown.text()).toContain("已承诺，存在这台手机上，有网时打开应用就会送到学校。");
  });
  expect(shown.find("button").exists()).toBe(false);
  expect((await pledgeOf(ME))?.delivered).toBe(false);
  shown.unmount();
});

test("only what the school has is said to have arrived", async () => {
  await keepPledge(ME, { campaign: "2026", signedAt: "2026-10-15T20:00:00+08:00", delivered: true });
  const shown = await card();
  await flushPromises();
  expect(shown.get("[role=status]").text()).toMatch(/10月15日已承诺，学校已收到。$/);
  expect(shown.get("details").attributes("open")).toBeUndefined();
  shown.unmount();
});
