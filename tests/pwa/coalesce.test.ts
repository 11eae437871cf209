import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { coalesced, STUCK_MS } from "#pwa/components/coalesce.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A reading that takes 50 ms, and how often it began and how many ran at once. */
function slowReading(): { read: () => Promise<void>; begun: () => number; most: () => number } {
  let begun = 0;
  let running = 0;
  let most = 0;
  const read = async (): Promise<void> => {
    begun += 1;
    running += 1;
    most = Math.max(most, running);
    await new Promise((done) => setTimeout(done, 50));
    running -= 1;
  };
  return { read, begun: () => begun, most: () => most };
}

test("many changes close together are read once, and not while a save is likely to go on", async () => {
  const { read, begun } = slowReading();
  const reading = coalesced(read);
  for (let change = 0; change < 20; change += 1) reading.soon();
  await vi.advanceTimersByTimeAsync(100);
  expect(begun()).toBe(0);
  await vi.advanceTimersByTimeAsync(500);
  expect(begun()).toBe(1);
});

test("while change follows change it is read about once a second, and soon again after a rest", async () => {
  const { read, begun } = slowReading();
  const reading = coalesced(read);
  for (let ms = 0; ms < 10_000; ms += 50) {
    reading.soon();
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(begun()).toBeGreaterThan(8);
  expect(begun()).toBeLessThan(14);
  await vi.advanceTimersByTimeAsync(3_000);
  const before = begun();
  reading.soon();
  await vi.advanceTimersByTimeAsync(150);
  expect(begun()).toBe(before + 1);
});

test("a change during a reading is read after it, never beside it", async () => {
  const { read, begun, most } = slowReading();
  const reading = coalesced(read);
  void reading.now();
  const later = reading.now();
  await vi.advanceTimersByTimeAsync(50);
  expect(begun()).toBe(2);
  await vi.advanceTimersByTimeAsync(50);
  await later;
  expect(most()).toBe(1);
});

test("what is asked for now does not wait, and takes the place of what was planned", async () => {
  const { read, begun } = slowReading();
  const reading = coalesced(read);
  reading.soon();
  const asked = reading.now();
  expect(begun()).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  await asked;
  expect(begun()).toBe(1);
});

test("after stop nothing is read", async () => {
  const { read, begun } = slowReading();
  const reading = coalesced(read);
  reading.soon();
  reading.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun()).toBe(0);
});

test("a reading that never ends does not keep what changed since from the screen for good", async () => {
  let begun = 0;
  const reading = coalesced(() => {
    begun += 1;
    return begun === 1 ? new Promise(() => undefined) : Promise.resolve();
  });
  void reading.now();
  reading.soon();
  await vi.advanceTimersByTimeAsync(STUCK_MS + 1_000);
  expect(begun).toBe(2);
  await reading.now();
  expect(begun).toBe(3);
});
