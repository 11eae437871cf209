/** One round of one person: texts first, then reading, then photos one by one, then what the photos changed. */
import { pruneSent } from "../store/custody.ts";
import { tellChanged } from "../store/changes.ts";
import { namedInCustody } from "../store/photo_visits.ts";
import { person as personNow } from "../store/people.ts";
import { photosIn, sweepPhotos } from "../store/photos.ts";
import { purgeRevoked } from "../store/purge.ts";
import { queued } from "../store/queue.ts";
import { forgetRefused } from "../store/refused.ts";
import { isBehind } from "../store/restores.ts";
import { hasRoomToRead } from "../store/room.ts";
import type { Photo, QueuedEdit } from "../store/types.ts";
import { isPauseOver } from "./backoff.ts";
import { ready } from "./batch.ts";
import { countWaiting, sayProgress, type Round, type Stop, type Waiting } from "./context.ts";
import { exchange } from "./exchange.ts";
import { push } from "./push.ts";

/** A round ends even if the phone is written on all the while, or a digest never matches. */
const MOST_TURNS = 20;
const MOST_PULLS = 400;
const MOST_RESTARTS = 3;

/** @returns why the round stopped early; null when everything that could go has gone */
export async function runRound(round: Round): Promise<Stop | null> {
  const unheard = round.asks === true ? await hear(round) : null;
  await throwOutOld(round.person.id).catch(() => undefined); // a full phone: the rest goes on without
  round.tally.unread = !(await hasRoomToRead());
  const stop = unheard ?? (await turns(round));
  if (await purgeRevoked(round.person.id)) tellChanged("rows", "outbox");
  await forgetRefused(round.person.id);
  return stop;
}

/**
 * What has been delivered grows old also for whoever has signed out and has nothing to send; but not before they have heard
 * of a backup that was put back: the school may need it.
 */
export async function throwOutOld(person: string): Promise<void> {
  if (await isBehind(person)) return;
  await Promise.all([pruneSent(person), sweepPhotos(person)]);
}

/** Whoever signed out, also while the round runs, only delivers; and so does a phone without room for what it would read. */
const stillReads = async ({ person, tally }: Round): Promise<boolean> =>
  !tally.unread && (await personNow(person.id))?.signedIn === true;

/** Ask for nothing, only to hear of a restored backup: then the sent log is marked to go again. */
async function hear(round: Round): Promise<Stop | null> {
  const { action, connection, retryAfterMs } = await exchange(round, [], false);
  return action === "answer" ? null : { connection, retryAfterMs };
}

async function turns(round: Round): Promise<Stop | null> {
  let restarts = 0;
  let reads = await stillReads(round);
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    await countWaiting(round);
    const pushed = await push(round, reads);
    if (pushed.stop) return pushed.stop;
    if (pushed.restart && (restarts += 1) < MOST_RESTARTS) continue; // the sent log goes again before anything is read
    if (reads && (pushed.more || !pushed.pulled)) {
      const pulled = await pull(round);
      if (pulled.stop) return pulled.stop;
      if (pulled.restart && (restarts += 1) < MOST_RESTARTS) continue;
    }
    const photos = await sendPhotos(round);
    if (photos.stop) return photos.stop;
    if (!photos.textsWait && !photos.delivered) return round.tally.connection === "signed_out" ? SIGNED_OUT : null;
    reads = (await stillReads(round)) && round.tally.connection !== "signed_out";
  }
  return null;
}

const SIGNED_OUT: Stop = { connection: "signed_out", retryAfterMs: null };

/** Pull until nothing more is waiting. */
async function pull(round: Round): Promise<{ stop: Stop | null; restart: boolean }> {
  for (let pulls = 0; pulls < MOST_PULLS; pulls += 1) {
    if (!(await stillReads(round))) break;
    sayProgress(round, "reading");
    const { action, connection, retryAfterMs, more, restart } = await exchange(round, [], true);
    round.tally.connection = connection;
    if (action !== "answer") return { stop: { connection, retryAfterMs }, restart: false };
    if (restart || !more) return { stop: null, restart };
  }
  return { stop: null, restart: false };
}

/** Send photos one by one; stops for new text, which goes first. */
async function sendPhotos(round: Round): Promise<{ stop: Stop | null; delivered: boolean; textsWait: boolean }> {
  const before = round.tally.photos;
  const connection = round.tally.connection;
  let textsWait = false;
  for (const next of due(await unblocked(round.person.id, await countWaiting(round)))) {
    sayProgress(round, "photos", next.sha256);
    const stop = await round.upload(round, next);
    if (stop) return { stop, delivered: false, textsWait: false };
    textsWait = ready(await queued(round.person.id), []).length > 0;
    if (textsWait) break;
  }
  const delivered = round.tally.photos > before;
  round.tally.connection = delivered && connection !== "signed_out" ? "ok" : connection;
  return { stop: null, delivered, textsWait };
}

/** Those that no pause of their own stands in the way of, the oldest first. */
function due(photos: readonly Photo[]): Photo[] {
  return photos.filter((each) => isPauseOver(each.notBefore, Date.now())).sort((a, b) => a.at - b.at);
}

/** Photos that may go: their visit's text is in custody. Where only text in trouble names one, a visit in custody may want it. */
async function unblocked(person: string, { photos, edits }: Waiting): Promise<Photo[]> {
  const isGoing = (each: QueuedEdit): boolean => each.state === "waiting" && each.failures === 0;
  const going = addedBy(edits.filter(isGoing));
  const stuck = addedBy(edits.filter((each) => !isGoing(each)));
  const isStuck = ({ sha256 }: Photo): boolean => stuck.has(sha256);
  const wanted = photos.some(isStuck) ? await namedInCustody(person) : new Set<string>();
  return photos.filter((each) => !going.has(each.sha256) && (!isStuck(each) || wanted.has(each.sha256)));
}

const addedBy = (edits: readonly QueuedEdit[]): Set<string> =>
  new Set(edits.flatMap((each) => each.edit.members["photos"]?.add ?? []));

/** When the next thing that waits out a pause of its own may go; null if nothing does. */
export async function nextDue(person: string): Promise<number | null> {
  const [photos, edits] = await Promise.all([photosIn(person, "waiting"), queued(person)]);
  const going = [...(await unblocked(person, { photos, edits })), ...edits.filter((each) => each.state === "waiting")];
  const times = going.map((each) => each.notBefore);
  const now = Date.now();
  const paused = times.filter((time) => time > 0).map((time) => (isPauseOver(time, now) ? now : time));
  return paused.length > 0 ? Math.min(...paused) : null;
}
