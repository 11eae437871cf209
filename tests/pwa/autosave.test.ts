import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createAutosave, SAVE_AFTER_MS, TRY_AGAIN_MS } from "#pwa/components/autosave.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a keystroke is on the disk within 300 ms, also while the typing goes on", async () => {
  const saved: string[] = [];
  let text = "";
  const autosave = createAutosave(() => Promise.resolve(void saved.push(text)));
  for (const letter of "会照顾弟弟") {
    text += letter;
    autosave.touch();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(SAVE_AFTER_MS).toBeLessThanOrEqual(300);
  expect(saved[0]).toBe("会照");
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
  expect(saved.at(-1)).toBe("会照顾弟弟");
  expect(autosave.state.value.kind).toBe("clean");
});

test("flushing saves at once, and what was typed during a save is saved after it", async () => {
  const saved: number[] = [];
  let value = 1;
  const autosave = createAutosave(async () => {
    saved.push(value);
    if (value === 1) {
      value = 2;
      autosave.touch();
    }
    await Promise.resolve();
  });
  autosave.touch();
  expect(await autosave.flush()).toBe(true);
  expect(saved).toEqual([1, 2]);
  expect(await autosave.flush()).toBe(true);
  expect(saved).toEqual([1, 2]);
});

test("two saves never run at the same time", async () => {
  let running = 0;
  let most = 0;
  const autosave = createAutosave(async () => {
    most = Math.max(most, ++running);
    await new Promise((done) => setTimeout(done, 50));
    running -= 1;
  });
  autosave.touch();
  const first = autosave.flush();
  autosave.touch();
  const second = autosave.flush();
  await vi.advanceTimersByTimeAsync(500);
  await Promise.all([first, second]);
  expect(most).toBe(1);
});

test("a refused save says so, keeps the words and tries again by itself", async () => {
  let full = true;
  let saves = 0;
  const autosave = createAutosave(() => {
    if (full) return Promise.reject(new Error("full"));
    saves += 1;
    return Promise.resolve();
  });
  autosave.touch();
  expect(await autosave.flush()).toBe(false);
  expect(autosave.state.value.kind).toBe("failed");
  full = false;
  await vi.advanceTimersByTimeAsync(TRY_AGAIN_MS);
  expect(saves).toBe(1);
  expect(autosave.state.value.kind).toBe("clean");
});
