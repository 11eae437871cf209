/**
 * Whoever signed out on this phone hears of a restored backup only by a request of their own; until then, what the backup
 * lacks of theirs may be nowhere but in their sent log here.
 */
import { restartedAt } from "./custody.ts";
import { outbox, writeOutbox } from "./db.ts";
import { currentPerson } from "./people.ts";
import { reading } from "./pulled.ts";
import { hasSent } from "./queue.ts";

const DAY_MS = 86_400_000;
/** As far as the sent log goes back: whoever cannot be told until then (their phone was shut out) is waited for no longer. */
const WAITED_MS = 45 * DAY_MS;

/** When somebody was last let ask, at which epoch of whoever is signed in, and since when at that one. */
interface Hearing {
  readonly epoch: string | null;
  readonly since: number;
  readonly at: number;
}

const hearingKey = (person: string): string => `hearing/${person}`;

const hearingOf = (person: string): Promise<Hearing | undefined> =>
  outbox((db) => db.get("meta", hearingKey(person)) as Promise<Hearing | undefined>);

/** The epoch that a person was last told; null before the first. */
const toldTo = async (person: string): Promise<string | null> =>
  (await restartedAt(person)) ?? (await reading(person)).epoch;

/**
 * Whether to let somebody who signed out ask: at once where whoever is signed in was told of another epoch, where nobody
 * is signed in once a day; and once a day again where the answer did not reach them (a token that is not taken).
 */
export async function isToHear(person: string, now: number = Date.now()): Promise<boolean> {
  const [current, mine] = await Promise.all([currentPerson(), toldTo(person)]);
  if (current?.id === person || mine === null || !(await hasSent(person))) return false;
  const epoch = current && (await toldTo(current.id));
  if (current && (epoch === null || epoch === mine)) return false;
  const last = await hearingOf(person);
  if (!last || (epoch !== null && last.epoch !== epoch)) return true;
  return now - last.at >= DAY_MS || last.at > now; // a phone's clock may be set back
}

/** They have asked, whatever the answer was. */
export async function noteHearing(person: string, now: number = Date.now()): Promise<void> {
  const [current, last] = await Promise.all([currentPerson(), hearingOf(person)]);
  const epoch = (current && (await toldTo(current.id))) ?? last?.epoch ?? null;
  const since = last?.epoch === epoch ? last.since : now;
  await writeOutbox(["meta"], (tx) =>
    tx.objectStore("meta").put({ epoch, since, at: now } satisfies Hearing, hearingKey(person)),
  );
}

/** Whether a backup was put back of which this person, who signed out, has not heard yet: nothing of theirs is thrown out. */
export async function isBehind(person: string, now: number = Date.now()): Promise<boolean> {
  const current = await currentPerson();
  if (!current || current.id === person) return false;
  const [epoch, mine, last] = await Promise.all([toldTo(current.id), toldTo(person), hearingOf(person)]);
  if (epoch === null || mine === null || epoch === mine) return false;
  return last?.epoch !== epoch || now - last.since <= WAITED_MS;
}
