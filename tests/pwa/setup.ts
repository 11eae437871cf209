/** A page's world for unit tests: a real store in memory, emptied before each test, and nothing of the network. Vue has nothing to warn of. */
import "fake-indexeddb/auto";
import { config } from "@vue/test-utils";
import { afterEach, beforeEach, expect } from "vitest";
import { closeStores } from "#worker/store/db.ts";

const warnings: string[] = [];
config.global.config.warnHandler = (message, _, trace) => {
  warnings.push(message + trace);
};

beforeEach(async () => {
  await closeStores(true);
});
afterEach(() => {
  expect(warnings.splice(0)).toEqual([]);
});
