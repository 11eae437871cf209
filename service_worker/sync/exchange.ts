/** One request of a round: push some edits, pull some rows, and keep what the answer says. */
import { ask, errorOf, fieldOf, type Answer } from "../api/client.ts";
import type { SyncAnswer, SyncRequest } from "../api/wire.ts";
import { isoLocal } from "../ids.ts";
import { tellChanged } from "../store/changes.ts";
import { restartedAt, sendLogAgain, takeOutcomes } from "../store/custody.ts";
import { eraseDraftsAbout, eraseRecords, forgetMerged } from "../store/erasing.ts";
import { noteDecided } from "../store/decided.ts";
import { dropReadCopies, heldScopes, updatePerson } from "../store/people.ts";
import { sendMissing } from "../store/photos.ts";
import { keepPull, noteRevoked, reading, restartReading, type Reading } from "../store/pulled.ts";
import { countQueued } from "../store/queue.ts";
import { noteTold, shownUntold } from "../store/tickets.ts";
import { retryAfterMs } from "./backoff.ts";
import { bytesOf, type Parcel } from "./batch.ts";
import type { Pace, Round } from "./context.ts";
import { keepLease } from "./lock.ts";
import { meaningOf, NO_ANSWER, type Action } from "./statuses.ts";

export const SYNC_PATH = "/api/v1/sync";
export const SYNC_TIMEOUT_MS = 60_000;

const SMALLEST_LIMIT = 50;

export interface Exchanged {
  readonly action: Action;
  readonly connection: Round["tally"]["connection"];
  readonly retryAfterMs: number | null;
  /** What the server says of a batch it did not take. */
  readonly problem: { readonly code: string | null; readonly message: string | null };
  /** Ids that an outcome settled. */
  readonly settled: readonly string[];
  /** The answer says how reading went: rows, "signed out", or "start again". */
  readonly pulled: boolean;
  /** More rows are waiting to be pulled. */
  readonly more: boolean;
  /** The school restored a backup: the sent log goes again, and reading starts from nothing. */
  readonly restart: boolean;
}

const NOTHING = { problem: { code: null, message: null }, settled: [], pulled: false, more: false, restart: false };

/** Send `batch` and, if `pull`, ask for rows. Never throws for what the network or the server does. */
export async function exchange(round: Round, batch: readonly Parcel[], pull: boolean): Promise<Exchanged> {
  await keepLease();
  const asked = await readingOfTheEpoch(round.person.id);
  const told = pull ? await shownUntold(round.person.id) : [];
  const body = await requestOf(round, batch, asked, pull ? told : null);
  const sentAt = Date.now();
  const { token } = round.person;
  const request = { method: "POST", path: SYNC_PATH, timeoutMs: SYNC_TIMEOUT_MS, token, signal: round.signal } as const;
  const answer = await ask({ ...request, body: JSON.stringify(body) });
  if (answer.kind === "none") {
    if (answer.timedOut) slowDown(round.pace, batch, pull);
    return { ...NOTHING, ...NO_ANSWER, retryAfterMs: null };
  }
  const ours = syncAnswerOf(answer, batch.length > 0, pull);
  const meaning = meaningOf(answer.status, ours !== null);
  if (meaning.action !== "answer" || !ours) {
    if (errorOf(answer).code === SHUT_OUT) await dropCopies(round.person.id);
    const wait = retryAfterMs(answer.headers.get("Retry-After"));
    return { ...NOTHING, ...meaning, retryAfterMs: wait, problem: errorOf(answer) };
  }
  if (ours.pull === "ok") await noteTold(round.person.id, told);
  const kept = await keep(round, asked, ours, sentAt, pull);
  if (!kept) return { ...NOTHING, action: "back_off", connection: "ok", retryAfterMs: null };
  return { ...NOTHING, ...meaning, retryAfterMs: null, pulled: pull, ...kept };
}

/** Ask for less next time: what never ends on this line would be tried again and again. */
function slowDown(pace: Pace, batch: readonly Parcel[], pull: boolean): void {
  if (pull) pace.limit = Math.max(SMALLEST_LIMIT, Math.floor(pace.limit / 4));
  if (batch.length > 1) pace.batchBytes = Math.floor(batch.reduce((sum, each) => sum + bytesOf(each.edit), 0) / 4);
}

/** The code of a phone that was reported lost, or that the office has shut out; an unknown token is none. */
const SHUT_OUT = "phone_shut_out";

/** What was read goes from a phone that was shut out; what was written on it stays, and waits for a new sign-in. */
async function dropCopies(person: string): Promise<void> {
  if ((await heldScopes(person)).length === 0) return;
  await dropReadCopies(person);
  tellChanged("rows");
}

/** Where reading stands; a restart that was cut short after the outbox knew of it is finished first. */
async function readingOfTheEpoch(person: string): Promise<Reading> {
  const [asked, restarted] = await Promise.all([reading(person), restartedAt(person)]);
  if (restarted === null || restarted === asked.epoch) return asked;
  await restartReading(person, restarted);
  return reading(person);
}

/** `told`: the codes to say as shown; null if nothing is to be pulled. */
async function requestOf(
  round: Round,
  batch: readonly Parcel[],
  asked: Reading,
  told: readonly string[] | null,
): Promise<SyncRequest> {
  const { id, device_id, offsetMs } = round.person;
  return {
    device: device_id,
    epoch: asked.epoch,
    app: round.app,
    clock: { now: isoLocal(), offset_ms: offsetMs },
    pending: { edits: await countQueued(id), ...round.tally.pending },
    ...(batch.length > 0 ? { edits: batch.map((each) => each.edit) } : {}),
    ...(told
      ? {
          pull: {
            limit: round.pace.limit,
            scopes: asked.cursors,
            ...(told.length > 0 ? { tickets_shown: [...told] } : {}),
          },
        }
      : {}),
  };
}

/** The body, if it has the shape of our answer to what was asked; else somebody else is talking. */
function syncAnswerOf(answer: Answer, pushed: boolean, pulled: boolean): SyncAnswer | null {
  if (answer.kind !== "json") return null;
  const of = (name: string): unknown => fieldOf(answer.body, name);
  const isOurs = typeof of("epoch") === "string" && typeof of("server_time") === "string";
  if (!isOurs || (pushed && !Array.isArray(of("outcomes"))) || (pulled && typeof of("pull") !== "string")) return null;
  return answer.body as unknown as SyncAnswer;
}

/**
 * Rows and cursors first, if they were asked for, then the edits: whatever stops us between, nothing that was written is
 * shown as lost. Null if a restore became known meanwhile.
 */
async function keep(
  round: Round,
  asked: Reading,
  answer: SyncAnswer,
  sentAt: number,
  pull: boolean,
): Promise<Pick<Exchanged, "settled" | "more" | "restart" | "connection"> | null> {
  const person = round.person.id;
  const pulled = pull && answer.pull === "ok" ? await keepPull(person, asked, answer, round.reread) : null;
  if (answer.pull === "signed_out") await noteRevoked(person, answer.revoked ?? []);
  for (const scope of pulled?.mismatched ?? []) round.reread.add(scope);
  const settled = await takeOutcomes(person, answer.outcomes ?? [], asked.epoch);
  if (!settled) return null;
  if (pulled?.decided === true) await noteDecided(person);
  await forgetMerged(person, pulled?.gone ?? []);
  await eraseRecords(person, pulled?.erased ?? []);
  await eraseDraftsAbout(person, pulled?.children ?? []);
  await sendMissing(person, answer.missing_photos ?? []);
  const restart = answer.pull === "restart";
  if (restart) {
    await sendLogAgain(person, answer.epoch);
    await restartReading(person, answer.epoch);
  }
  await keepClock(round, answer, settled.length, sentAt);
  if (settled.length > 0) tellChanged("outbox");
  if (answer.outcomes?.some((each) => each.status === "erased") === true) tellChanged("drafts", "photos");
  if (restart || pulled?.changed === true) tellChanged("rows");
  const connection = round.person.signedIn && answer.pull === "signed_out" ? "signed_out" : "ok";
  return { settled, more: pulled?.more ?? false, restart, connection };
}

const OFFSET_NOTED_MS = 1_000;

async function keepClock(round: Round, answer: SyncAnswer, delivered: number, sentAt: number): Promise<void> {
  const offsetMs = Math.round(Date.parse(answer.server_time) - (sentAt + Date.now()) / 2);
  const drifted = Number.isFinite(offsetMs) && Math.abs(offsetMs - round.person.offsetMs) > OFFSET_NOTED_MS;
  if (delivered > 0) round.tally.deliveredAt = isoLocal();
  if (delivered === 0 && !drifted) return;
  await updatePerson(round.person.id, {
    ...(drifted ? { offsetMs } : {}),
    ...(round.tally.deliveredAt !== null ? { lastDelivery: round.tally.deliveredAt } : {}),
  });
}
