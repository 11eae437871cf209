/** A round for everyone who wrote on this phone, the one signed in first; each under their own token. */
import { isoLocal } from "../ids.ts";
import { currentPerson, noteReached, persons, settleReading } from "../store/people.ts";
import { anyPhotoIn } from "../store/photos.ts";
import { queued, sentLog } from "../store/queue.ts";
import { isToHear, noteHearing } from "../store/restores.ts";
import type { Person } from "../store/types.ts";
import { Tally, type Round, type Stop } from "./context.ts";
import { IDLE, type Report } from "./report.ts";
import { nextDue, runRound, throwOutOld } from "./round.ts";

export interface Ended {
  readonly report: Report;
  /** Why somebody's round stopped early; null when everything that could go has gone. */
  readonly stop: Stop | null;
  /** The next thing that waits out a pause of its own: milliseconds since 1970. */
  readonly dueAt: number | null;
  /** It was stopped, and something of somebody is still on its way. */
  readonly waiting: boolean;
}

export type Shared = Pick<Round, "app" | "signal" | "pace" | "say" | "upload">;

/** Never throws for what the network or the server does. */
export async function runEveryone(shared: Shared): Promise<Ended> {
  const current = await currentPerson();
  const others = (await persons()).filter((each) => each.id !== current?.id);
  // A full phone may refuse it: then it is done another time, and keeps nothing from being sent.
  for (const each of await persons()) await settleReading(each.id).catch(() => undefined);
  let report: Report = { ...IDLE, person: current?.id ?? null };
  let stop: Stop | null = null;
  const due: number[] = [];
  for (const person of current ? [current, ...others] : others) {
    const asks = person !== current && (await isToHear(person.id));
    if (person !== current && !asks && !(await hasSomething(person))) continue;
    const tally = new Tally();
    const say = person === current ? shared.say : (): void => undefined; // nobody is told of another's outbox
    const end = await runRound({ ...shared, say, person, tally, asks, reread: new Set() });
    if (person === current) {
      const isCompared = end === null && !tally.unread;
      const reached = isCompared ? isoLocal() : (person.lastReached ?? null);
      if (isCompared && reached !== null) await noteReached(person.id, reached);
      report = reportOf(person, tally, end, reached);
    }
    stop ??= end;
    const next = await nextDue(person.id);
    if (next !== null) due.push(next);
    if (end && end.connection !== "signed_out" && end.connection !== "shut_out") break; // no network for one is no network for all
    if (asks) await noteHearing(person.id).catch(() => undefined);
  }
  for (const { id } of others) await throwOutOld(id).catch(() => undefined);
  const waiting = stop !== null && (await anyWaiting());
  return { report, stop, dueAt: due.length > 0 ? Math.min(...due) : null, waiting };
}

function reportOf(person: Person, tally: Tally, stop: Stop | null, lastReached: string | null): Report {
  const connection = stop?.connection ?? (tally.connection === "unknown" && !tally.unread ? "ok" : tally.connection);
  const done = (n: number): { done: number; total: number } => ({ done: n, total: n });
  const counts = { texts: done(tally.texts), photos: done(tally.photos), bytes: done(tally.bytes) };
  const lastDelivery = tally.deliveredAt ?? person.lastDelivery;
  return { ...IDLE, ...counts, person: person.id, connection, lastDelivery, lastReached };
}

async function hasSomething({ id }: Person): Promise<boolean> {
  if ((await queued(id)).some((each) => each.state === "waiting") || (await anyPhotoIn(id, "waiting"))) return true;
  return (await sentLog(id)).some((each) => each.again);
}

async function anyWaiting(): Promise<boolean> {
  for (const person of await persons()) if (await hasSomething(person)) return true;
  return false;
}
