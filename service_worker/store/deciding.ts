/** Decisions that are not taken yet, so that a half-written 另写一份 is there again after a kill. They never leave the phone. */
import { tellChanged } from "./changes.ts";
import { outbox, writeOutbox, type OutboxWrite } from "./db.ts";
import { storeText } from "./room.ts";
import type { Deciding } from "./types.ts";

const keyOf = (person: string, conflictId: string): string => `deciding/${person}/${conflictId}`;
const all = (person: string): IDBKeyRange => IDBKeyRange.bound(keyOf(person, ""), keyOf(person, "\uffff"));

/** Every decision that this person has begun. */
export async function decidingOf(person: string): Promise<Deciding[]> {
  return (await outbox((db) => db.getAll("meta", all(person)))) as Deciding[];
}

/**
 * Keep what was chosen and written so far. Resolves when it is on the disk.
 *
 * @throws NoRoom; the screen keeps the words
 */
export async function putDeciding(person: string, decisions: readonly Deciding[]): Promise<void> {
  await storeText(() =>
    writeOutbox(["meta"], async (tx) => {
      for (const each of decisions) await tx.objectStore("meta").put(each, keyOf(person, each.conflictId));
    }),
  );
}

/** Forget what was begun: it was taken, kept as an edit, or let go. Resolves with what is gone. */
export async function dropDeciding(person: string, conflictId: string): Promise<Deciding | undefined> {
  const gone = await writeOutbox(["meta"], async (tx) => {
    const known = await tx.objectStore("meta").get(keyOf(person, conflictId));
    await forgetDeciding(tx, person, conflictId);
    return known as Deciding | undefined;
  });
  tellChanged("outbox");
  return gone;
}

/** The same within the transaction that takes the decision. */
export const forgetDeciding = (tx: OutboxWrite, person: string, conflictId: string): Promise<void> =>
  tx.objectStore("meta").delete(keyOf(person, conflictId));

/** The family's record was erased: nothing that was being written about it stays. */
export async function eraseDeciding(tx: OutboxWrite, person: string, visitId: string): Promise<void> {
  const meta = tx.objectStore("meta");
  for (const each of (await meta.getAll(all(person))) as Deciding[]) {
    if (each.visitId === visitId) await forgetDeciding(tx, person, each.conflictId);
  }
}
