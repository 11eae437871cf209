/** Who has signed in on this phone, and who is signed in now. */
import { outbox, records, writeOutbox, writeRecords, type OutboxWrite } from "./db.ts";
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
 */
export async function forgetSignIn(id: string, signOutOwed: boolean): Promise<void> {
  await writeOutbox(["persons", "meta"], async (tx) => {
    const known = await tx.objectStore("persons").get(id);
    if (known) await tx.objectStore("persons").put({ ...known, signedIn: false, signOutOwed });
    if ((await tx.objectStore("meta").get(CURRENT)) === id) await tx.objectStore("meta").delete(CURRENT);
  });
  await dropReadCopies(id);
  tellChanged("persons", "rows");
}

/** Delete every row and cursor of a person; they are pulled again when needed. */
export async function dropReadCopies(id: string): Promise<void> {
  const mine = IDBKeyRange.bound([id], [id, []]);
  await writeRecords(["rows", "cursors"], async (tx) => {
    await Promise.all([tx.objectStore("rows").delete(mine), tx.objectStore("cursors").delete(mine)]);
  });
}

/** The scopes that this phone holds rows of, for a person. */
export const heldScopes = (id: string): Promise<string[]> =>
  records(async (db) => (await db.getAll("cursors", IDBKeyRange.bound([id], [id, []]))).map((each) => each.scope));
