/** The pledge of the five 不准 as this phone knows it, by person: signed here, or at the school, or not yet. */
import { tellChanged } from "./changes.ts";
import { outbox, writeOutbox } from "./db.ts";
import { storeText } from "./room.ts";
import { canonical } from "./values.ts";

export interface KeptPledge {
  /** The campaign that the school said runs; "" before it has said any. */
  readonly campaign: string;
  /** ISO 8601; null while it is not signed. */
  readonly signedAt: string | null;
  /** The school has it. */
  readonly delivered: boolean;
}

const keyOf = (person: string): string => `pledge:${person}`;

/** null before anything is known of it. */
export async function pledgeOf(person: string): Promise<KeptPledge | null> {
  const kept = await outbox((db) => db.get("meta", keyOf(person)));
  return (kept as KeptPledge | undefined) ?? null;
}

/** @throws NoRoom; then what was known before stands */
export async function keepPledge(person: string, pledge: KeptPledge): Promise<void> {
  const known = await pledgeOf(person);
  if (known && canonical({ ...known }) === canonical({ ...pledge })) return;
  await storeText(() => writeOutbox(["meta"], (tx) => tx.objectStore("meta").put(pledge, keyOf(person))));
  tellChanged("persons");
}
