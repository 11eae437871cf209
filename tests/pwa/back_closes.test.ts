/** 返回 closes a sheet first: the history is as it was before the sheet was opened. */
import { beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import { useBackCloses } from "#pwa/components/back_closes.ts";

/** A history that a test can walk: happy-dom has no entries to go back to. */
const entries: unknown[] = [];
beforeEach(() => {
  entries.splice(0, entries.length, { page: 1 });
  vi.spyOn(history, "state", "get").mockImplementation(() => entries.at(-1));
  vi.spyOn(history, "pushState").mockImplementation((state: unknown) => void entries.push(state));
  vi.spyOn(history, "back").mockImplementation(() => {
    entries.pop();
    window.dispatchEvent(new PopStateEvent("popstate"));
  });
});

test("going back closes the sheet and stays on the page", async () => {
  const open = ref(false);
  const settled = vi.fn();
  effectScope().run(() => {
    useBackCloses(open, settled);
  });
  open.value = true;
  await nextTick();
  expect(entries).toHaveLength(2);
  history.back();
  await nextTick();
  expect(open.value).toBe(false);
  expect(entries).toEqual([{ page: 1 }]);
  expect(settled).toHaveBeenCalledOnce();
});

test("a sheet closed by its own button leaves no entry behind", async () => {
  const open = ref(false);
  const settled = vi.fn();
  effectScope().run(() => {
    useBackCloses(open, settled);
  });
  open.value = true;
  await nextTick();
  open.value = false;
  await nextTick();
  expect(entries).toEqual([{ page: 1 }]);
  expect(settled).toHaveBeenCalledOnce();
});
