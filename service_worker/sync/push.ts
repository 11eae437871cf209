/** Getting edits into custody: in order, in batches, around any one that poisons its batch. */
import { countFailure, park } from "../store/custody.ts";
import { queued, sentLog } from "../store/queue.ts";
import type { SentEdit } from "../store/types.ts";
import { lonePauseMs } from "./backoff.ts";
import { firstBatch, halves, lone, ready, type Parcel } from "./batch.ts";
import { sayProgress, type Round, type Stop } from "./context.ts";
import { exchange, type Exchanged } from "./exchange.ts";

/** So many edits in a row turned away one by one, and none taken: then it is the server, not they. */
const SURELY_THE_SERVER = 3;

export interface Pushed {
  readonly stop: Stop | null;
  /** The last exchange pulled too, and more rows are waiting. */
  readonly more: boolean;
  readonly restart: boolean;
  /** It pulled at all. */
  readonly pulled: boolean;
}

/** Push everything that may go; the last request also pulls, so that the first visits' text comes before any reading. */
export async function push(round: Round, pull: boolean): Promise<Pushed> {
  const tried = new Set<string>();
  const again = (await sentLog(round.person.id)).filter((each) => each.again); // a restore that adds to it restarts the round
  const luck = { taken: false, refusals: 0 };
  let last: Exchanged | null = null;
  for (;;) {
    const batch = await nextBatch(round, again, tried);
    if (batch.parcels.length === 0) break;
    sayProgress(round, "texts");
    const sent = await sendSplitting(round, batch.parcels, pull && batch.isLast, luck);
    if (sent.stop) return { stop: sent.stop, more: false, restart: false, pulled: false };
    for (const each of batch.parcels) tried.add(each.id);
    last = sent.last;
    if (last?.restart === true) break;
  }
  return { stop: null, more: last?.more ?? false, restart: last?.restart ?? false, pulled: last?.pulled ?? false };
}

async function nextBatch(
  { person, tally, pace }: Round,
  again: readonly SentEdit[],
  tried: ReadonlySet<string>,
): Promise<{ parcels: Parcel[]; isLast: boolean }> {
  const edits = await queued(person.id);
  const isNew = (each: Parcel): boolean => !tried.has(each.id);
  const going = ready(edits, again).filter(isNew);
  const alone = lone(edits, Date.now()).filter(isNew);
  tally.whole.texts = Math.max(tally.whole.texts, tally.texts + going.length + alone.length); // written meanwhile
  if (going.length === 0) return { parcels: alone.slice(0, 1), isLast: alone.length === 1 };
  const parcels = firstBatch(going, pace.batchBytes);
  return { parcels, isLast: parcels.length === going.length && alone.length === 0 };
}

interface Luck {
  taken: boolean;
  refusals: number;
}

/** Send a batch; one that is turned away is halved until the trouble stands alone. */
async function sendSplitting(
  round: Round,
  batch: readonly Parcel[],
  pull: boolean,
  luck: Luck,
): Promise<{ stop: Stop | null; last: Exchanged | null }> {
  const line: (readonly Parcel[])[] = [batch];
  let last: Exchanged | null = null;
  for (let part = line.pop(); part !== undefined; part = line.pop()) {
    last = await exchange(round, part, pull && part.length === batch.length);
    const { action, connection, retryAfterMs, settled } = last;
    round.tally.connection = connection;
    if (action === "answer") {
      round.tally.texts += settled.length;
      luck.taken ||= settled.length > 0;
      if (settled.length === 0) return { stop: { connection: "not_ours", retryAfterMs }, last }; // names none of ours
      for (const each of part) if (!settled.includes(each.id)) await putOff(each);
    } else if (action !== "bisect" && action !== "halve") {
      return { stop: { connection, retryAfterMs }, last };
    } else if (part.length > 1) {
      const [first, second] = halves(part);
      line.push(second, first);
    } else if (await turnedAway(part[0], last, luck)) {
      return { stop: { connection: "busy", retryAfterMs }, last };
    }
  }
  return { stop: null, last };
}

/** One edit, turned away alone: parked if it is too large, else counted; true if it is surely the server that is unwell. */
async function turnedAway(parcel: Parcel | undefined, { action, problem }: Exchanged, luck: Luck): Promise<boolean> {
  if (!parcel) return false;
  if (action === "halve") {
    if (!parcel.again) await park(parcel.id, problem.code ?? "too_large", problem.message);
    return false;
  }
  await putOff(parcel);
  luck.refusals += 1;
  return !luck.taken && luck.refusals >= SURELY_THE_SERVER;
}

/** From now on it goes last and alone; what is in custody already is merely tried again another time. */
async function putOff({ id, again }: Parcel): Promise<void> {
  if (!again) await countFailure(id, (failures) => Date.now() + lonePauseMs(failures));
}
