/** Writing edits into the outbox, in the order of writing, each knowing its predecessor. */
import { isoLocal, newId, splitRef } from "../ids.ts";
import type { Edit } from "../api/wire.ts";
import { outbox, type OutboxStore, type OutboxWrite } from "./db.ts";
import { COMPANIONS } from "./fields.ts";
import { mustBeSignedIn } from "./people.ts";
import type { QueuedEdit, RecordRef, SentEdit } from "./types.ts";

/** The stores that a transaction which appends edits must hold. */
export const QUEUE_STORES: OutboxStore[] = ["edits", "sent", "meta", "persons"];

export const EDIT_VERSION = 1;

/** What is said by whoever writes an edit; the rest is found in the transaction. */
export interface NewEdit extends Pick<Edit, "record" | "op" | "changes" | "members" | "args"> {
  readonly visitId: string | null;
  readonly classId: string | null;
}

/**
 * Append one edit to a person's queue, within the caller's transaction. `after` is found in that same transaction,
 * whichever tab or worker writes: two that finish at once form one chain.
 *
 * @throws SignedOut
 */
export async function append(tx: OutboxWrite, person: string, entry: NewEdit): Promise<QueuedEdit> {
  await mustBeSignedIn(tx, person);
  const { visitId, classId, ...said } = entry;
  const after = (await latest(tx, person, entry.record)) ?? (await latestOfVisit(tx, person, entry));
  const edit: Edit = { id: newId(), after: after?.id ?? null, v: EDIT_VERSION, made_at: isoLocal(), ...said };
  const queued: QueuedEdit = {
    id: edit.id,
    person,
    order: await nextOrder(tx, person),
    record: entry.record,
    visitId,
    classId,
    edit,
    state: "waiting",
    reason: null,
    message: null,
    failures: 0,
    notBefore: 0,
  };
  await tx.objectStore("edits").add(queued);
  return queued;
}

/** This person's latest edit of a record on this phone, sent or not; whatever followed one that was given back would share its end. */
async function latest(tx: OutboxWrite, person: string, record: RecordRef): Promise<QueuedEdit | SentEdit | undefined> {
  const key = IDBKeyRange.only([person, record]);
  const [waiting, sent] = await Promise.all([
    tx.objectStore("edits").index("record").getAll(key),
    tx.objectStore("sent").index("record").getAll(key),
  ]);
  return [...waiting, ...sent.filter((each) => each.status !== "returned")].reduce<QueuedEdit | SentEdit | undefined>(
    (last, each) => (last === undefined || each.order > last.order ? each : last),
    undefined,
  );
}

async function latestOfVisit(
  tx: OutboxWrite,
  person: string,
  entry: NewEdit,
): Promise<QueuedEdit | SentEdit | undefined> {
  return entry.visitId !== null && COMPANIONS.has(splitRef(entry.record).kind)
    ? latest(tx, person, `visit:${entry.visitId}`)
    : undefined;
}

async function nextOrder(tx: OutboxWrite, person: string): Promise<number> {
  const key = `order/${person}`;
  const known = await tx.objectStore("meta").get(key);
  const order = (typeof known === "number" ? known : 0) + 1;
  await tx.objectStore("meta").put(order, key);
  return order;
}

const all = (person: string): IDBKeyRange => IDBKeyRange.bound([person, 0], [person, Infinity]);

/** A person's edits that are not in custody yet, in order of writing. */
export const queued = (person: string): Promise<QueuedEdit[]> =>
  outbox((db) => db.getAllFromIndex("edits", "order", all(person)));

/** How many they are, without reading them. */
export const countQueued = (person: string): Promise<number> =>
  outbox((db) => db.countFromIndex("edits", "order", all(person)));

/** A person's edits in custody that are still remembered, in order of writing. */
export const sentLog = (person: string): Promise<SentEdit[]> =>
  outbox((db) => db.getAllFromIndex("sent", "order", all(person)));

/** Whether any are remembered, without reading them. */
export const hasSent = async (person: string): Promise<boolean> =>
  (await outbox((db) => db.countFromIndex("sent", "order", all(person)))) > 0;
