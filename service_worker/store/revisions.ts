/**
 * Two tabs may have one draft open, and only the newer of their drafts counts. Each save, and each end of a draft, moves its
 * revision on by one, within the transaction; what was written on an older one is not stored over it. The revision outlives
 * the draft: a tab that slept through the handing in would else hand in the same words once more, against themselves.
 */
import { outbox, type OutboxWrite } from "./db.ts";
import type { Draft } from "./types.ts";

/** Another tab has saved, handed in or put away this draft since; nothing was stored. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

const keyOf = (person: string, id: string): string => `draft/${person}/${id}`;
const numberOf = (known: unknown): number => (typeof known === "number" ? known : 0);

/** A draft if there is one, and the revision that a save has to know. */
export async function draftNow(person: string, id: string): Promise<{ kept: Draft | undefined; revision: number }> {
  return outbox(async (db) => {
    const tx = db.transaction(["drafts", "meta"]);
    const [kept, known] = await Promise.all([
      tx.objectStore("drafts").get([person, id]),
      tx.objectStore("meta").get(keyOf(person, id)),
    ]);
    return { kept, revision: numberOf(known) };
  });
}

/** Store a draft over the one it was made from. @throws Overtaken */
export async function keep(tx: OutboxWrite, draft: Draft): Promise<Draft> {
  if (numberOf(await tx.objectStore("meta").get(keyOf(draft.person, draft.id))) !== draft.revision)
    throw new Overtaken();
  return keepOver(tx, draft);
}

/** Store a draft that was made from what lies in the store within the same transaction. */
export async function keepOver(tx: OutboxWrite, draft: Draft): Promise<Draft> {
  const kept = { ...draft, revision: await next(tx, draft.person, draft.id) };
  await tx.objectStore("drafts").put(kept);
  return kept;
}

/** The draft is handed in, put away or erased. */
export async function end(tx: OutboxWrite, person: string, id: string): Promise<void> {
  await next(tx, person, id);
  await tx.objectStore("drafts").delete([person, id]);
}

async function next(tx: OutboxWrite, person: string, id: string): Promise<number> {
  const key = keyOf(person, id);
  const revision = numberOf(await tx.objectStore("meta").get(key)) + 1;
  await tx.objectStore("meta").put(revision, key);
  return revision;
}
