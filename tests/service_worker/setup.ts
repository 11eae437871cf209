/** The world of a phone's worker, in Node: an IndexedDB in memory, emptied before each test; no network but a scripted one. */
import "fake-indexeddb/auto";
import { afterEach, beforeEach, vi } from "vitest";
import { closeStores } from "#worker/store/db.ts";

beforeEach(async () => {
  await closeStores(true);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
