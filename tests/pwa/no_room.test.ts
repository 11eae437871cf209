/** A phone that is full says so where somebody signs in or out, and what to do. */
import { flushPromises, mount, shallowMount } from "@vue/test-utils";
import { expect, test, vi } from "vitest";
import { defineComponent } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import MePage from "#pwa/me/MePage.vue";
import SignInPage from "#pwa/sign_in/SignInPage.vue";
import { signIn, signOut } from "#worker/api/session.ts";
import { NoRoom } from "#worker/store/room.ts";
import { inApp, makeApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/api/session.ts"), async (original) => ({
  ...(await original()),
  signIn: vi.fn(() => Promise.reject(new NoRoom("full"))),
  signOut: vi.fn(() => Promise.reject(new NoRoom("full"))),
}));

const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: "/", component: { template: "<p />" } }],
});

test("who cannot be signed in reads why, and what was typed stays", async () => {
  const page = mount(SignInPage, { global: { ...inApp(makeApp()), plugins: [router] } });
  await page.get("#login").setValue("t101");
  await page.get("#password").setValue("visit-demo");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(signIn).toHaveBeenCalledOnce();
  expect(page.get("#problem").text()).toContain("手机快满了，还没登录上");
  expect(page.get<HTMLInputElement>("#password").element.value).toBe("visit-demo");
  page.unmount();
});

const SignOutSheet = defineComponent({
  props: { problem: { type: String, required: true } },
  emits: ["leave"],
  template: `<button id="leave" @click="$emit('leave')">{{ problem }}</button>`,
});

test("who cannot be signed out is told so", async () => {
  const app = await makeSignedInApp();
  const page = shallowMount(MePage, {
    global: { ...inApp(app), plugins: [router], renderStubDefaultSlot: true, stubs: { SignOutSheet } },
  });
  await page.get("#leave").trigger("click");
  await flushPromises();
  expect(signOut).toHaveBeenCalledOnce();
  expect(page.get("#leave").text()).toContain("手机快满了，还没退出");
  page.unmount();
});
