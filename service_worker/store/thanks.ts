/** Thank-you messages that wait for the morning, by visit. They never leave the phone. */
import { tellChanged } from "./changes.ts";
import { outbox, writeOutbox } from "./db.ts";
import { storeText } from "./room.ts";
import { look, studentNameOf } from "./view.ts";

export interface WaitingThanks {
  readonly visitId: string;
  /** ISO day from which it is shown on 今天. */
  readonly day: string;
}

export interface ThanksEntry extends WaitingThanks {
  readonly studentName: string;
}

const keyOf = (person: string, visitId: string): string => `thanks/${person}/${visitId}`;
const all = (person: string): IDBKeyRange => IDBKeyRange.bound(keyOf(person, ""), keyOf(person, "\uffff"));

/** 明早提醒我. @throws NoRoom; then nothing is kept */
export async function remindOfThanks(person: string, visitId: string, day: string): Promise<void> {
  const waiting: WaitingThanks = { visitId, day };
  await storeText(() => writeOutbox(["meta"], (tx) => tx.objectStore("meta").put(waiting, keyOf(person, visitId))));
  tellChanged("persons");
}

/** It was sent, or is not wanted any more. */
export async function dropThanks(person: string, visitId: string): Promise<void> {
  await writeOutbox(["meta"], (tx) => tx.objectStore("meta").delete(keyOf(person, visitId)));
  tellChanged("persons");
}

/** What is to be sent from this day on, oldest first. */
export async function thanksDue(person: string, today: string): Promise<ThanksEntry[]> {
  const waiting = (await outbox((db) => db.getAll("meta", all(person)))) as WaitingThanks[];
  const due = waiting.filter((each) => each.day <= today);
  if (due.length === 0) return [];
  const view = await look(person, ["visit", "student"]);
  return due
    .map((each) => ({ ...each, studentName: studentNameOf(view, each.visitId) }))
    .sort((a, b) => a.day.localeCompare(b.day));
}
