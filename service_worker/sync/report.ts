/** What the engine says of itself while it works: one line for the teacher, and the truth about the connection. */

export type Connection =
  | "unknown" // nothing tried yet
  | "ok"
  | "no_network"
  | "not_ours" // something answered that is not the school: a Wi-Fi that wants a log-in
  | "signed_out" // delivery goes on; reading needs a new sign-in
  | "shut_out" // the phone's token is not taken (it was reported lost): delivery waits for a new sign-in, too
  | "busy"; // the school's server asks to wait, or is unwell

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface Report {
  readonly person: string | null;
  readonly phase: "idle" | "texts" | "photos" | "reading";
  readonly texts: Progress;
  readonly photos: Progress;
  readonly bytes: Progress;
  /** The photo that is being sent at this moment. */
  readonly photo: string | null;
  readonly connection: Connection;
  /** Scopes that did not match the server's digest in this round and are read again from nothing. */
  readonly rereads: number;
  /** ISO 8601; null before the first delivery. */
  readonly lastDelivery: string | null;
  /** When everything was last compared with the school, ISO 8601; null before the first time. */
  readonly lastReached: string | null;
  /** Milliseconds since 1970; null when nothing is planned. */
  readonly nextTryAt: number | null;
}

export const IDLE: Report = {
  person: null,
  phase: "idle",
  texts: { done: 0, total: 0 },
  photos: { done: 0, total: 0 },
  bytes: { done: 0, total: 0 },
  photo: null,
  connection: "unknown",
  rereads: 0,
  lastDelivery: null,
  lastReached: null,
  nextTryAt: null,
};
