/** A phone's clock that is set back, and a line on which a large request never ends. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { startEngine, type Engine } from "#worker/sync/engine.ts";
import { underLock } from "#worker/sync/lock.ts";
import { writeOutbox } from "#worker/store/db.ts";
import { json, answer, isSync, noNetwork, school, taking } from "./support/school.ts";
import { finishVisit, round, ME, signedIn, waitingIds } from "./support/phone.ts";

const DAY_MS = 86_400_000;
let engine: Engine | undefined;

afterEach(() => {
  engine?.stop();
  vi.unstubAllGlobals();
});

/** An edit that failed alone when the clock was far ahead. */
async function pausedUntil(notBefore: number): Promise<void> {
  const [edit] = await finishVisit();
  if (!edit) throw new Error("nothing was handed in");
  await writeOutbox(["edits"], (tx) => tx.objectStore("edits").put({ ...edit, failures: 1, notBefore }));
}

describe("a clock that was set back", () => {
  test("ends a pause that is longer than any we make", async () => {
    await signedIn();
    await pausedUntil(Date.now() + 60 * DAY_MS);
    school(taking);
    await round();
    expect(await waitingIds()).toEqual([]);
  });

  test("an edit that fails again is paused anew, not tried without end", async () => {
    await signedIn();
    await pausedUntil(Date.now() + 60 * DAY_MS);
    const calls = school((call) => (isSync(call) ? json(answer()) : noNetwork()));
    engine = startEngine({ app: "test" });
    await new Promise((done) => setTimeout(done, 500));
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.length).toBeLessThan(5);
  });

  test("a lease from the future is no lease", async () => {
    await writeOutbox(["meta"], (tx) => tx.objectStore("meta").put(Date.now() + DAY_MS, "lease"));
    let robbed = false;
    const request = (_: string, { steal }: LockOptions, work: (lock: unknown) => unknown): unknown => {
      robbed ||= steal === true;
      return work(steal === true ? {} : null);
    };
    vi.stubGlobal("navigator", { locks: { request } });
    expect(await underLock(() => Promise.resolve("ran"), new AbortController().signal)).toBe("ran");
    expect(robbed).toBe(true);
  });
});

test("a batch whose request timed out is made smaller until it passes", async () => {
  await signedIn();
  for (let at = 0; at < 12; at += 1) await finishVisit({ student_id: `st${at}`, at_home: "字".repeat(6000) });
  const timer = globalThis.setTimeout;
  vi.stubGlobal("setTimeout", (call: () => void, ms: number) => timer(call, ms >= 20_000 ? 20 : ms));
  const sizes: number[] = [];
  school((call) => {
    sizes.push((call.body as string).length);
    return (call.body as string).length > 30_000 ? new Promise<Response>(() => undefined) : taking(call);
  });
  const pace = { limit: 500 };
  for (let turn = 0; turn < 4; turn += 1) await round(ME, { pace });
  expect(await waitingIds()).toEqual([]);
  expect(Math.max(...sizes)).toBeGreaterThan(30_000);
});
