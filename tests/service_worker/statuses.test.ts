import { expect, test } from "vitest";
import { backOffMs, lonePauseMs, retryAfterMs } from "#worker/sync/backoff.ts";
import { meaningOf, STATUSES } from "#worker/sync/statuses.ts";

const ROWS: [number, string, string][] = [
  [400, "bisect", "ok"],
  [401, "pause", "shut_out"],
  [403, "pause", "shut_out"],
  [404, "bisect", "ok"],
  [405, "bisect", "ok"],
  [408, "wait", "busy"],
  [413, "halve", "ok"],
  [422, "bisect", "ok"],
  [429, "wait", "busy"],
  [451, "bisect", "ok"],
  [502, "wait", "busy"],
  [503, "wait", "busy"],
  [504, "wait", "busy"],
];

test.each(ROWS)("%i: %s", (status, action, connection) => {
  expect(meaningOf(status, true)).toEqual({ action, connection });
  expect(meaningOf(status, false)).toEqual({ action, connection });
});

test("every status of the table has its row here", () => {
  expect([...STATUSES.keys()]).toEqual(ROWS.map(([status]) => status));
});

test.each([
  [200, true, "answer", "ok"],
  [200, false, "back_off", "not_ours"],
  [204, true, "back_off", "not_ours"],
  [302, false, "back_off", "not_ours"],
  [418, true, "bisect", "ok"],
  [500, true, "bisect", "busy"],
  [507, false, "bisect", "busy"],
] as const)("%i, ours %s: %s", (status, isOurs, action, connection) => {
  expect(meaningOf(status, isOurs)).toEqual({ action, connection });
});

test("the back-off grows from 2 s to 5 min, with jitter", () => {
  expect(backOffMs(1, 0)).toBe(2_000);
  expect(backOffMs(1, 1)).toBe(4_000);
  expect(backOffMs(40, 1)).toBe(300_000);
  expect(backOffMs(40, 0)).toBe(2_000);
  expect(lonePauseMs(1)).toBe(60_000);
  expect(lonePauseMs(40)).toBe(6 * 3_600_000);
});

test("Retry-After is seconds or a date, and an hour at most", () => {
  const now = Date.parse("2026-09-30T12:00:00Z");
  expect(retryAfterMs("7", now)).toBe(7_000);
  expect(retryAfterMs("Wed, 30 Sep 2026 12:00:30 GMT", now)).toBe(30_000);
  expect(retryAfterMs("Wed, 30 Sep 2026 11:00:00 GMT", now)).toBe(0);
  expect(retryAfterMs("999999", now)).toBe(3_600_000);
  expect(retryAfterMs("soon", now)).toBeNull();
  expect(retryAfterMs(null, now)).toBeNull();
});
