/** Pulling a list down: far enough asks the school once, and nothing happens where the list was only scrolled. */
import { mount } from "@vue/test-utils";
import { expect, test, vi } from "vitest";
import { defineComponent, h, useTemplateRef } from "vue";
import { PULL_PX, usePull, type Pull } from "#pwa/components/use_pull.ts";

function list(refresh: () => Promise<unknown>): { main: HTMLElement; pull: Pull } {
  let pull: Pull | undefined;
  const page = defineComponent({
    setup() {
      pull = usePull(useTemplateRef<HTMLElement>("main"), refresh);
      return () => h("main", { ref: "main" });
    },
  });
  const main = mount(page).element as HTMLElement;
  if (!pull) throw new Error("no page");
  return { main, pull };
}

function touch(on: HTMLElement, type: string, clientY: number): Event {
  const event = new Event(type, { cancelable: true });
  Object.assign(event, { touches: [{ clientY }] });
  on.dispatchEvent(event);
  return event;
}

test("a pull far enough asks once, and the page hangs down until the answer is there", async () => {
  let answer = (): void => undefined;
  const refresh = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
  const { main, pull } = list(refresh);
  touch(main, "touchstart", 100);
  const moved = touch(main, "touchmove", 100 + 2 * PULL_PX);
  expect(moved.defaultPrevented).toBe(true); // else the browser reloads the page
  touch(main, "touchend", 0);
  expect(refresh).toHaveBeenCalledOnce();
  expect(pull.distance.value).toBe(PULL_PX);
  answer();
  await vi.waitFor(() => {
    expect(pull.distance.value).toBe(0);
  });
});

test("a short pull asks nothing", () => {
  const refresh = vi.fn(() => Promise.resolve());
  const { main, pull } = list(refresh);
  touch(main, "touchstart", 100);
  touch(main, "touchmove", 150);
  expect(pull.distance.value).toBeGreaterThan(0);
  touch(main, "touchend", 0);
  expect(pull.distance.value).toBe(0);
  expect(refresh).not.toHaveBeenCalled();
});

test("in the middle of a list a finger only scrolls", () => {
  const refresh = vi.fn(() => Promise.resolve());
  const { main, pull } = list(refresh);
  main.scrollTop = 400;
  touch(main, "touchstart", 100);
  const moved = touch(main, "touchmove", 400);
  expect(moved.defaultPrevented).toBe(false);
  touch(main, "touchend", 0);
  expect(pull.distance.value).toBe(0);
  expect(refresh).not.toHaveBeenCalled();
});
