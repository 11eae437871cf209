/** A draft that went because the family's records were erased: its writer is told once, without a name, and need not look for it. */
import { tellChanged } from "./changes.ts";
import { outbox, writeOutbox, type OutboxWrite } from "./db.ts";

const keyOf = (person: string): string => `farewell/${person}`;

/** How many drafts of a person went so, and were not told of yet. */
export async function farewells(person: string): Promise<number> {
  return numberOf(await outbox((db) => db.get("meta", keyOf(person))));
}

/** Note one more, within the transaction that takes it. */
export async function noteFarewell(tx: OutboxWrite, person: string): Promise<void> {
  const meta = tx.objectStore("meta");
  await meta.put(numberOf(await meta.get(keyOf(person))) + 1, keyOf(person));
}

/** It was read. */
export async function dropFarewells(person: string): Promise<void> {
  await writeOutbox(["meta"], (tx) => tx.objectStore("meta").delete(keyOf(person)));
  tellChanged("drafts");
}

const numberOf = (known: unknown): number => (typeof known === "number" ? known : 0);
