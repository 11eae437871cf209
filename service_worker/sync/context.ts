/** What one round of one person knows and hands on. */
import { photosIn } from "../store/photos.ts";
import { queued } from "../store/queue.ts";
import type { Person, Scope } from "../store/types.ts";
import { lone, ready } from "./batch.ts";
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
  deliveredAt: string | null = null;
  connection: Connection = "unknown";
}

/** Tell how far the round is, and which photo is on its way. */
export async function sayProgress(round: Round, phase: Report["phase"], photo: string | null = null): Promise<void> {
  const { tally, person } = round;
  const edits = await queued(person.id);
  const waiting = ready(edits, []).length + lone(edits, Infinity).length;
  const photos = await photosIn(person.id, "waiting");
  const left = photos.reduce((sum, each) => sum + each.bytes - (each.arrived ?? 0), 0);
  round.say({
    ...IDLE,
    person: person.id,
    phase,
    photo,
    texts: { done: tally.texts, total: tally.texts + waiting },
    photos: { done: tally.photos, total: tally.photos + photos.length },
    bytes: { done: tally.bytes, total: tally.bytes + left },
    connection: tally.connection,
    rereads: round.reread.size,
    lastDelivery: tally.deliveredAt ?? person.lastDelivery,
    lastReached: person.lastReached ?? null,
  });
}
