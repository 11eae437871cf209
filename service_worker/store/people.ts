/** Who has signed in on this phone, and who is signed in now. */
import { outbox, records, SMALL_BYTES, writeOutbox, writeRecords, type OutboxWrite, type RecordsWrite } from "./db.ts";
import { tellChanged } from "./changes.ts";
import { storeText } from "./room.ts";
import type { Person } from "./types.ts";

const CURRENT = "current";

/** Who wants to hand something in is not signed in on this phone any more: another window has seen to that. Nothing was stored. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

/** Refuse, within the transaction that writes it, what is finished in the name of somebody who has signed out. @throws SignedOut */
export async function mustBeSignedIn(tx: OutboxWrite, id: string): Promise<void> {
  if ((await tx.objectStore("persons").get(id))?.signedIn === false) throw new SignedOut();
}

/** The person signed in on this phone; null while nobody is. Needs no signal. */
export async function currentPerson(): Promise<Person | null> {
  return outbox(async (db) => {
    const id = await db.get("meta", CURRENT);
    const person = typeof id === "string" ? await db.get("persons", id) : undefined;
    return person?.signedIn === true ? person : null;
  });
}

/** Everyone who ever signed in here, signed out ones included: their outboxes are still delivered. */
export const persons = (): Promise<Person[]> => outbox((db) => db.getAll("persons"));

export const person = (id: string): Promise<Person | undefined> => outbox((db) => db.get("persons", id));

/**
 * Keep a sign-in and make this person the current one. Whoever was signed in here before is so no longer: the browser's
 * session is now this person's, and the next one on a shared phone sees nothing of the last.
 */
export async function rememberPerson(entry: Person): Promise<void> {
  for (const other of await persons()) if (other.id !== entry.id && other.signedIn) await forgetSignIn(other.id, false);
  await storeText(() => openReading(entry.id));
  await storeText(() =>
    writeOutbox(["persons", "meta"], async (tx) => {
      await tx.objectStore("persons").put(entry);
      await tx.objectStore("meta").put(entry.id, CURRENT);
    }),
  );
  tellChanged("persons");
}

/** Change parts of a person's entry; nothing happens if there is none. */
export async function updatePerson(id: string, part: Partial<Omit<Person, "id">>): Promise<void> {
  await writeOutbox(["persons"], async (tx) => {
    const known = await tx.objectStore("persons").get(id);
    if (known) await tx.objectStore("persons").put({ ...known, ...part });
  });
  tellChanged("persons");
}

/** Note that everything was compared with the school; no news of it, for the round's report says it. */
export async function noteReached(id: string, lastReached: string): Promise<void> {
  await writeOutbox(["persons"], async (tx) => {
    const known = await tx.objectStore("persons").get(id);
    if (known) await tx.objectStore("persons").put({ ...known, lastReached });
  }).catch(() => undefined); // a full phone: only the time is not kept
}

/**
 * Sign a person out on this phone: their read copies go, their outbox and drafts stay and are still delivered. The epoch
 * stays too: should the school restore a backup meanwhile, the next sign-in notices and sends again.
 *
 * @throws NoRoom; then nothing has changed
 */
export async function forgetSignIn(id: string, signOutOwed: boolean): Promise<void> {
  await storeText(() =>
    writeOutbox(["persons", "meta"], async (tx) => {
      const known = await tx.objectStore("persons").get(id);
      if (known) await tx.objectStore("persons").put({ ...known, signedIn: false, signOutOwed });
      if ((await tx.objectStore("meta").get(CURRENT)) === id) await tx.objectStore("meta").delete(CURRENT);
    }),
  );
  await shutReading(id).catch(() => undefined); // a full phone: nobody is signed in, and a round or a start ends it (settleReading)
  tellChanged("persons", "rows");
}

/**
 * Beside the rows, and written in one transaction with their end: this person reads nothing here until the next sign-in,
 * and an answer that is still on its way is not kept.
 */
const shutKey = (id: string): string => `shut/${id}`;

/** Whether this person has signed out, for the transaction that is to keep their rows. */
export const isShut = async (tx: RecordsWrite, id: string): Promise<boolean> =>
  (await tx.objectStore("epochs").get(shutKey(id))) !== undefined;

async function shutReading(id: string): Promise<void> {
  await writeRecords(["rows", "cursors", "epochs"], async (tx) => {
    await tx.objectStore("epochs").put("shut", shutKey(id));
    await deleteCopies(tx, id);
  });
}

const openReading = (id: string): Promise<void> =>
  writeRecords(["epochs"], (tx) => tx.objectStore("epochs").delete(shutKey(id)), SMALL_BYTES);

/** At each start: end what a sign-out or a sign-in that was cut short has left between the two databases. */
export async function settleReading(id: string): Promise<void> {
  const [known, copy, shut] = await Promise.all([
    person(id),
    records((db) => db.getKey("rows", copiesOf(id))),
    records((db) => db.get("epochs", shutKey(id))),
  ]);
  if (known?.signedIn === true) {
    if (shut !== undefined) await openReading(id);
  } else if (copy !== undefined || shut === undefined) await shutReading(id);
}

const copiesOf = (id: string): IDBKeyRange => IDBKeyRange.bound([id], [id, []]);

async function deleteCopies(tx: RecordsWrite, id: string): Promise<void> {
  await Promise.all([tx.objectStore("rows").delete(copiesOf(id)), tx.objectStore("cursors").delete(copiesOf(id))]);
}

/** Delete every row and cursor of a person; they are pulled again when needed. */
export async function dropReadCopies(id: string): Promise<void> {
  await writeRecords(["rows", "cursors"], (tx) => deleteCopies(tx, id));
}

/** The scopes that this phone holds rows of, for a person. */
export const heldScopes = (id: string): Promise<string[]> =>
  records(async (db) => (await db.getAll("cursors", IDBKeyRange.bound([id], [id, []]))).map((each) => each.scope));
