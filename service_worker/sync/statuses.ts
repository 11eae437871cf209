/**
 * What each HTTP status means for the queue. A status only decides when, and in how small a batch, to try again: an edit
 * moves only by an outcome that names its id.
 */
import type { Connection } from "./report.ts";

export type Action =
  | "answer" // ours: read it
  | "pause" // the token is not taken: stop, keep everything
  | "halve" // too much at once; a single edit is parked
  | "bisect" // one of them may be the trouble; a single edit goes last and alone
  | "wait" // the server asks for time: `Retry-After`
  | "back_off"; // no network, a time-out, or something that is not the school

export interface Meaning {
  readonly action: Action;
  readonly connection: Connection;
}

const BISECT: Meaning = { action: "bisect", connection: "ok" };
const PAUSE: Meaning = { action: "pause", connection: "shut_out" };
const WAIT: Meaning = { action: "wait", connection: "busy" };
const UNWELL: Meaning = { action: "bisect", connection: "busy" };
const NOT_OURS: Meaning = { action: "back_off", connection: "not_ours" };

/** No answer at all: no network, or a time-out. */
export const NO_ANSWER: Meaning = { action: "back_off", connection: "no_network" };

/** Every status with a meaning of its own. */
export const STATUSES: ReadonlyMap<number, Meaning> = new Map([
  [400, BISECT],
  [401, PAUSE],
  [403, PAUSE],
  [404, BISECT],
  [405, BISECT],
  [408, WAIT],
  [413, { action: "halve", connection: "ok" }],
  [422, BISECT],
  [429, WAIT],
  [451, BISECT],
  [502, WAIT],
  [503, WAIT],
  [504, WAIT],
]);

/** @param isOurs - the body is `application/json`, parses, and has the shape of an answer */
export function meaningOf(status: number, isOurs: boolean): Meaning {
  const known = STATUSES.get(status);
  if (known) return known;
  if (status >= 500) return UNWELL;
  if (status >= 400) return BISECT;
  return status === 200 && isOurs ? { action: "answer", connection: "ok" } : NOT_OURS; // captive portals answer 200 with HTML
}
