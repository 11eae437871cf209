/** A phone that is full delivers what was handed in, and reads nothing that it has no room for. */
import { beforeEach, expect, test, vi } from "vitest";
import { person } from "#worker/store/people.ts";
import { roundOnce, startEngine } from "#worker/sync/engine.ts";
import { fakeCaches } from "./support/caches.ts";
import { finishVisit, ME, sentIds, signedIn, waitingIds } from "./support/phone.ts";
import { bodyOf, isSync, school, taking } from "./support/school.ts";

let disk: ReturnType<typeof fakeCaches>;
let handedIn: string[];

beforeEach(async () => {
  disk = fakeCaches();
  vi.stubGlobal("caches", disk.storage);
  await signedIn();
  handedIn = (await finishVisit()).map((each) => each.id);
});

const sent = (calls: ReturnType<typeof school>): string[] =>
  calls.filter(isSync).flatMap((call) => (bodyOf(call).edits ?? []).map((each) => each.id));

test("without a byte of room it goes to the school, and again, for that cannot be noted", async () => {
  disk.room = 0;
  const calls = school(taking);
  await roundOnce("test").catch(() => undefined);
  expect(sent(calls)).toEqual(handedIn);
  expect(await waitingIds()).toEqual(handedIn);
  const engine = startEngine({ app: "test" });
  await engine.sendNow(); // 立即上传
  engine.stop();
  expect(sent(calls).length).toBeGreaterThan(handedIn.length);
  disk.room = Infinity;
  await roundOnce("test");
  expect(await sentIds()).toEqual(handedIn);
});

test("with a little room it is delivered; nothing is read, and it is not said that all was compared", async () => {
  disk.room = 400 * 1024;
  const calls = school(taking);
  const ended = await roundOnce("test");
  expect(await sentIds()).toEqual(handedIn);
  expect(calls.filter((call) => isSync(call) && bodyOf(call).pull !== undefined)).toEqual([]);
  expect(ended?.report.lastDelivery).not.toBeNull();
  expect((await person(ME))?.lastReached ?? null).toBeNull();
  disk.room = Infinity;
  await roundOnce("test");
  expect(calls.some((call) => isSync(call) && bodyOf(call).pull !== undefined)).toBe(true);
  expect((await person(ME))?.lastReached ?? null).not.toBeNull();
});
