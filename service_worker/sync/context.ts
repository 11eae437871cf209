/** What one round of one person knows and hands on. */
import { photosIn } from "../store/photos.ts";
import { queued } from "../store/queue.ts";
import type { Person, Photo, QueuedEdit, Scope } from "../store/types.ts";
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
  /** They read nothing here and may have nothing to send: an empty request tells them whether a backup was put back. */
  readonly asks?: boolean;
}

/** What the engine has learnt of the line; it outlives a round. */
export interface Pace {
  /** Rows asked for at a time; made smaller when an answer takes too long. */
  limit: number;
  /** Bytes of edits sent at a time; made smaller when a request takes too long. Absent: as many as the server takes. */
  batchBytes?: number;
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
  /** Photos that waited when last counted, for the server to know. */
  pending = { photos: 0, bytes: 0 };
  deliveredAt: string | null = null;
  connection: Connection = "unknown";
  /** The phone has no room for what the school has: this round only delivers. */
  unread = false;
}

export interface Waiting {
  readonly edits: readonly QueuedEdit[];
  readonly photos: readonly Photo[];
}

/** Read and count what waits: once before the texts and once before the photos, for a phone may hold hundreds of cards. */
export async function countWaiting({ tally, person }: Round): Promise<Waiting> {
  const [edits, photos] = await Promise.all([queued(person.id), photosIn(person.id, "waiting")]);
  const texts = ready(edits, []).length + lone(edits, Infinity).length;
  const bytes = photos.reduce((sum, each) => sum + each.bytes, 0);
  const arrived = photos.reduce((sum, each) => sum + (each.arrived ?? 0), 0);
  tally.whole = {
    texts: tally.texts + texts,
    photos: tally.photos + photos.length,
    bytes: tally.bytes + bytes - arrived,
  };
  tally.pending = { photos: photos.length, bytes };
  return { edits, photos };
}

/** Tell how far the round is, and which photo is on its way. */
export function sayProgress(round: Round, phase: Report["phase"], photo: string | null = null): void {
  const { tally, person } = round;
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
