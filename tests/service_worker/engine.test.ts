import { afterEach, describe, expect, test, vi } from "vitest";
import { LEASE_MS, LOCK, renewLease, underLock } from "#worker/sync/lock.ts";
import { roundOnce, startEngine, type Engine } from "#worker/sync/engine.ts";
import type { Report } from "#worker/sync/report.ts";
import { bodyOf, html, json, noNetwork, school, taking } from "./support/school.ts";
import { finishVisit, sentIds, signedIn, waitingIds } from "./support/phone.ts";

let engine: Engine | undefined;

afterEach(() => {
  engine?.stop();
});

const started = (reports: Report[] = []): Engine => {
  engine = startEngine({ app: "test", onReport: (report) => reports.push(report) });
  return engine;
};

describe("the engine in a page", () => {
  test("sends at start, and says where it is", async () => {
    await signedIn();
    const ids = (await finishVisit()).map((each) => each.id);
    school(taking);
    const reports: Report[] = [];
    const last = await started(reports).sendNow();
    expect(await sentIds()).toEqual(ids);
    expect(last).toMatchObject({ phase: "idle", connection: "ok", nextTryAt: null });
    expect(last.lastDelivery).not.toBeNull();
    expect(reports.some((each) => each.phase === "texts" && each.texts.total === 1)).toBe(true);
  });

  test.each([
    ["no network", noNetwork, "no_network"],
    ["a captive portal", () => html(), "not_ours"],
    ["a busy server", () => json({ error: "busy" }, 503, { "Retry-After": "40" }), "busy"],
    ["a token that is not taken", () => json({ error: "sign_in" }, 401), "shut_out"],
  ] as const)(
    "%s: everything stays, the next try is planned, the line tells the truth",
    async (_, handler, connection) => {
      await signedIn();
      const ids = (await finishVisit()).map((each) => each.id);
      school(handler);
      const last = await started().sendNow();
      expect(await waitingIds()).toEqual(ids);
      expect(last.connection).toBe(connection);
      const wait = (last.nextTryAt ?? 0) - Date.now();
      expect(wait).toBeGreaterThan(connection === "busy" ? 39_000 : 1_900);
      expect(wait).toBeLessThanOrEqual(connection === "shut_out" ? 300_000 : 40_000);
    },
  );

  test("tries again by itself when the browser says that it is online", async () => {
    await signedIn();
    await finishVisit();
    school(noNetwork);
    await started().sendNow();
    const calls = school(taking);
    globalThis.dispatchEvent(new Event("online"));
    await vi.waitFor(async () => {
      expect(await waitingIds()).toEqual([]);
    });
    expect(calls).toHaveLength(1);
  });

  test("what is saved while a round runs goes in one more", async () => {
    await signedIn();
    await finishVisit();
    let wrote: Promise<unknown> | null = null;
    school(async (call) => {
      wrote ??= finishVisit();
      await wrote;
      return taking(call);
    });
    const running = started();
    const first = running.sendNow();
    running.wake();
    await first;
    expect(await waitingIds()).toEqual([]);
    expect(running.busy).toBe(false);
  });
});

describe("the lock", () => {
  test("only one is at it", async () => {
    await signedIn();
    const calls = school(taking);
    await navigator.locks.request(LOCK, async () => {
      await renewLease();
      expect(await roundOnce("test")).toBeNull();
    });
    expect(calls).toHaveLength(0);
    expect(await roundOnce("test")).not.toBeNull();
    expect(calls.map((call) => bodyOf(call).app)).toEqual(["test"]);
  });

  test("a holder whose lease is too old is robbed of it, and told to stop", async () => {
    let stopped = false;
    const frozen = underLock(
      (signal) =>
        new Promise<string>((resolve) => {
          signal.addEventListener("abort", () => {
            stopped = true;
            resolve("woken");
          });
        }),
      new AbortController().signal,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    await renewLease(Date.now() - LEASE_MS - 1);
    expect(await underLock(() => Promise.resolve("mine"), new AbortController().signal)).toBe("mine");
    expect(await frozen).toBeNull();
    expect(stopped).toBe(true);
  });

  test("a page that is about to be frozen lets go", async () => {
    const holding = new AbortController();
    const work = underLock(
      (signal) =>
        new Promise<string>((resolve) => {
          signal.addEventListener("abort", () => {
            resolve("let go");
          });
        }),
      holding.signal,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    holding.abort();
    expect(await work).toBe("let go");
    expect(await underLock(() => Promise.resolve("next"), new AbortController().signal)).toBe("next");
  });
});
