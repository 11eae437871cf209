/** What one round of one person knows and hands on. */
import { photosIn } from "../store/photos.ts";
import { queued } from "../store/queue.ts";
import type { Person, Scope } from "../store/types.ts";
import { lone, ready } from "./batch.ts";
import type { Upload } from "./upload.ts";
import { IDLE, type Connection, type Report } from "./report.ts";

/** Why a round stopped before everything was done. */
export interface Stop {
  readonly connection: Connection;
  readonly retryAfterMs: number | null;
}

export interface Round {
  readonly person: Person;
  readonly app: string;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  readonly say: (report: Report) => void;
  readonly tally: Tally;
  /** Who sends the photos. */
  readonly upload: Upload;
  /** Scopes whose rows did not match their digest in this round: emptied once and read again, never twice. */
  readonly reread: Set<Scope>;
}

/** What the engine has learnt of the line; it outlives a round. */
export interface Pace {
  /** Rows asked for at a time; made smaller when an answer takes too long. */
  limit: number;
  /** How fast the last part of a photo went up; absent before the first. */
  bytesPerMs?: number;
}

/** Counted while the round runs, for the line that the teacher reads. */
export class Tally {
  texts = 0;
  photos = 0;
  bytes = 0;
  /** What went and what waits, as last counted. */
  whole = { texts: 0, photos: 0, bytes: 0 };
  deliveredAt: string | null = null;
  connection: Connection = "unknown";
}

/** Count what waits: once for all photos that go in a row, since reading hundreds of cards costs more than sending one. */
export async function countWaiting({ tally, person }: Round): Promise<void> {
  const [edits, photos] = await Promise.all([queued(person.id), photosIn(person.id, "waiting")]);
  const texts = ready(edits, []).length + lone(edits, Infinity).length;
  const left = photos.reduce((sum, each) => sum + each.bytes - (each.arrived ?? 0), 0);
  tally.whole = { texts: tally.texts + texts, photos: tally.photos + photos.length, bytes: tally.bytes + left };
}

/** Tell how far the round is, and which photo is on its way; photos are counted before the first of them goes. */
export async function sayProgress(round: Round, phase: Report["phase"], photo: string | null = null): Promise<void> {
  const { tally, person } = round;
  if (phase !== "photos") await countWaiting(round);
  round.say({
    ...IDLE,
    person: person.id,
    phase,
    photo,
    texts: { done: tally.texts, total: tally.whole.texts },
    photos: { done: tally.photos, total: tally.whole.photos },
    bytes: { done: tally.bytes, total: tally.whole.bytes },
    connection: tally.connection,
    rereads: round.reread.size,
    lastDelivery: tally.deliveredAt ?? person.lastDelivery,
    lastReached: person.lastReached ?? null,
  });
}
