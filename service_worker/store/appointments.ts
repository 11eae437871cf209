/** Days that a family was offered in a message, one a student. They never leave the phone: the school learns of visits, not of plans. */
import { today } from "../ids.ts";
import { tellChanged } from "./changes.ts";
import { outbox, writeOutbox } from "./db.ts";
import { storeText } from "./room.ts";

export interface Appointment {
  readonly studentId: string;
  /** ISO day. */
  readonly day: string;
  /** As it stands in the message: "晚上7点左右"; empty where only the day was said. */
  readonly time: string;
  /** How the family was spoken to: "张爸爸". Messages that an older app made did not keep it. */
  readonly greeting?: string;
  /** ISO day on which the message was made. */
  readonly madeOn: string;
}

const KEPT_MS = 30 * 86_400_000;

const keyOf = (person: string, studentId: string): string => `appointment/${person}/${studentId}`;
const all = (person: string): IDBKeyRange => IDBKeyRange.bound(keyOf(person, ""), keyOf(person, "\uffff"));

/** Keep the day in place of an earlier one with the same family; days long past go. @throws NoRoom; then the earlier one stands */
export async function keepAppointment(person: string, made: Omit<Appointment, "madeOn">): Promise<void> {
  const entry: Appointment = { ...made, madeOn: today() };
  const oldest = today(new Date(Date.now() - KEPT_MS));
  await storeText(() =>
    writeOutbox(["meta"], async (tx) => {
      const meta = tx.objectStore("meta");
      for (const each of (await meta.getAll(all(person))) as Appointment[])
        if (each.day < oldest) await meta.delete(keyOf(person, each.studentId));
      await meta.put(entry, keyOf(person, made.studentId));
    }),
  );
  tellChanged("persons");
}

/** 不约了; gives what was kept, so that it can be brought back. */
export async function dropAppointment(person: string, studentId: string): Promise<Appointment | undefined> {
  const key = keyOf(person, studentId);
  const known = await writeOutbox(["meta"], async (tx) => {
    const kept = (await tx.objectStore("meta").get(key)) as Appointment | undefined;
    await tx.objectStore("meta").delete(key);
    return kept;
  });
  tellChanged("persons");
  return known;
}

export const appointmentsOf = (person: string): Promise<Appointment[]> =>
  outbox((db) => db.getAll("meta", all(person))) as Promise<Appointment[]>;
