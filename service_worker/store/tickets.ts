/**
 * The parents' codes that this phone carries. One is taken for a visit when it is shown, in one transaction with the edit
 * that names it, so that no second family is ever shown the same; it works without signal.
 */
import { today } from "../ids.ts";
import { tellChanged } from "./changes.ts";
import { outbox, writeOutbox, type OutboxWrite } from "./db.ts";
import { noteDecided } from "./decided.ts";
import { append, QUEUE_STORES, type NewEdit } from "./queue.ts";
import { storeText } from "./room.ts";
import { shown } from "./shown.ts";
import type { StoredRow } from "./types.ts";
import { textOf, rowsOfKind } from "./view.ts";

/** A code that was shown, as the phone remembers it. */
export interface ShownTicket {
  readonly id: string;
  readonly visitId: string;
  /** "/f/…", without the host. */
  readonly link: string;
  /** ISO day: the last for a family's first answer. */
  readonly expiresOn: string;
  /** Milliseconds since 1970. */
  readonly shownAt: number;
  /** The school knows that it was shown. */
  readonly told: boolean;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 90 * DAY_MS;

const keyOf = (person: string, id: string): string => `ticket/${person}/${id}`;
const all = (person: string): IDBKeyRange => IDBKeyRange.bound(keyOf(person, ""), keyOf(person, "\uffff"));

/** The codes shown for a visit, the first one first. */
export async function ticketsOf(person: string, visitId: string): Promise<ShownTicket[]> {
  const kept = (await outbox((db) => db.getAll("meta", all(person)))) as ShownTicket[];
  return ofVisit(kept, visitId);
}

/** How many families can still be shown a code before the phone must reach the school. */
export async function ticketsLeft(person: string): Promise<number> {
  const kept = (await outbox((db) => db.getAll("meta", all(person)))) as ShownTicket[];
  return freshOf(await rowsOfKind(person, "ticket"), kept).length;
}

/**
 * Take a fresh code for a visit, for the first family member or (`another`) for one more. A visit that was handed in is
 * told by an edit; one that is still a draft is told when it is finished (`namedBy`).
 *
 * @returns null if the phone has none left
 * @throws NoRoom; then none was taken
 */
export async function showTicket(person: string, visitId: string, another = false): Promise<ShownTicket | null> {
  const [visit, carried] = await Promise.all([shown(person, `visit:${visitId}`), rowsOfKind(person, "ticket")]);
  const classId = textOf(visit.values, "class_id");
  await noteDecided(person);
  const taken = await storeText(() =>
    writeOutbox(QUEUE_STORES, async (tx) => {
      const kept = (await tx.objectStore("meta").getAll(all(person))) as ShownTicket[];
      const [first] = ofVisit(kept, visitId);
      if (first && !another) return first; // another tab was quicker
      const next = freshOf(carried, kept)[0];
      if (!next) return null;
      const ticket: ShownTicket = { ...next, visitId, shownAt: Date.now(), told: false };
      await tx.objectStore("meta").put(ticket, keyOf(person, ticket.id));
      const isThere = visit.rev > 0 || (await isHandedIn(tx, person, visitId));
      if (isThere) await append(tx, person, naming(visitId, classId, ticket.id));
      return ticket;
    }),
  );
  tellChanged("outbox");
  return taken;
}

/** Within the transaction that finishes a draft: what the visit must say of codes that were shown before it was handed in. */
export async function namedBy(tx: OutboxWrite, person: string, visitId: string): Promise<string[]> {
  const kept = (await tx.objectStore("meta").getAll(all(person))) as ShownTicket[];
  return ofVisit(kept, visitId).map((each) => each.id);
}

/** Codes that were shown and that the school has not heard of, for the next round. */
export async function shownUntold(person: string): Promise<string[]> {
  const kept = (await outbox((db) => db.getAll("meta", all(person)))) as ShownTicket[];
  return kept.filter((each) => !each.told).map((each) => each.id);
}

/** The round that said so was answered; what is long past is forgotten. */
export async function noteTold(person: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const told = new Set(ids);
  await writeOutbox(["meta"], async (tx) => {
    for (const each of (await tx.objectStore("meta").getAll(all(person))) as ShownTicket[]) {
      if (each.told && each.shownAt < Date.now() - KEPT_MS) await tx.objectStore("meta").delete(keyOf(person, each.id));
      else if (told.has(each.id)) await tx.objectStore("meta").put({ ...each, told: true }, keyOf(person, each.id));
    }
  });
}

const ofVisit = (kept: readonly ShownTicket[], visitId: string): ShownTicket[] =>
  kept.filter((each) => each.visitId === visitId).sort((a, b) => a.shownAt - b.shownAt);

type Fresh = Pick<ShownTicket, "id" | "link" | "expiresOn">;

/** Codes that may still be shown, the oldest first: whatever day it is, a family has its whole month. */
function freshOf(rows: readonly StoredRow[], kept: readonly ShownTicket[]): Fresh[] {
  const taken = new Set(kept.map((each) => each.id));
  const day = today();
  return rows
    .map((each) => each.row)
    .filter((row) => row["shown"] !== true && (textOf(row, "show_until") ?? "") >= day)
    .map((row) => ({
      id: textOf(row, "id") ?? "",
      link: textOf(row, "link") ?? "",
      expiresOn: lastDay(textOf(row, "expires_on") ?? "", textOf(row, "show_until") ?? ""),
    }))
    .filter((each) => !taken.has(each.id))
    .sort((a, b) => a.expiresOn.localeCompare(b.expiresOn) || a.id.localeCompare(b.id));
}

/** The last day of a code that is shown today: as many days from now as a family would have had on the last day to show it. */
function lastDay(expiresOn: string, showUntil: string): string {
  const days = Math.round((Date.parse(expiresOn) - Date.parse(showUntil)) / DAY_MS);
  return today(new Date(Date.now() + days * DAY_MS));
}

const naming = (visitId: string, classId: string | null, id: string): NewEdit => ({
  record: `visit:${visitId}`,
  op: "edit",
  changes: {},
  members: { tickets: { add: [id], remove: [] } },
  args: {},
  visitId,
  classId,
});

/** What was given back is at no school: a code that is shown then is told with the next handing in. */
async function isHandedIn(tx: OutboxWrite, person: string, visitId: string): Promise<boolean> {
  const key = IDBKeyRange.only([person, `visit:${visitId}`]);
  if ((await tx.objectStore("edits").index("record").count(key)) > 0) return true;
  const sent = await tx.objectStore("sent").index("record").getAll(key);
  return sent.some((each) => each.status !== "returned");
}
