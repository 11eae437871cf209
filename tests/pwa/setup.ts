/** A page's world for unit tests: a real store in memory, emptied before each test, and nothing of the network. */
import "fake-indexeddb/auto";
import { beforeEach } from "vitest";
import { closeStores } from "#worker/store/db.ts";

beforeEach(async () => {
  await closeStores(true);
});
