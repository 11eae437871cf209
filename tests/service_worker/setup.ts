/** The world of a phone's worker, in Node: an IndexedDB in memory, emptied before each test; no network but a scripted one. */
import "fake-indexeddb/auto";
import { afterEach, beforeEach, vi } from "vitest";
import { closeStores } from "#worker/store/db.ts";

// A worker's global is an event target; Node's is not.
const events = new EventTarget();
Object.assign(globalThis, {
  addEventListener: events.addEventListener.bind(events),
  removeEventListener: events.removeEventListener.bind(events),
  dispatchEvent: events.dispatchEvent.bind(events),
});

beforeEach(async () => {
  await closeStores(true);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
