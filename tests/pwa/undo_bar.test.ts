/** The line with 放回来 stands above a page's own buttons. */
import { mount } from "@vue/test-utils";
import { nextTick } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { afterEach, expect, test, vi } from "vitest";
import UndoBar from "#pwa/components/UndoBar.vue";
import { inApp, makeApp } from "./app.ts";

afterEach(() => {
  document.body.replaceChildren();
});

test("buttons that a page brings later are not covered either", async () => {
  const app = makeApp();
  const routes = [{ path: "/", component: { render: () => null } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/");
  const bar = mount(UndoBar, { global: { plugins: [router], ...inApp(app) }, attachTo: document.body });
  app.undo.show("已放进草稿，交上去才算数。", () => Promise.resolve());
  await nextTick();
  expect(bar.attributes("style")).toContain("bottom: 0px");
  const screen = document.createElement("div");
  screen.className = "screen";
  screen.innerHTML = `<footer class="dock"></footer>`;
  const dock = screen.querySelector("footer");
  if (dock) dock.getBoundingClientRect = () => new DOMRect(0, window.innerHeight - 120, 360, 120);
  document.body.append(screen);
  await vi.waitFor(() => {
    expect(bar.attributes("style")).toContain("bottom: 120px");
  });
  bar.unmount();
});
