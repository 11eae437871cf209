/**
 * A camera or gallery that is open. The phone may take the page's memory for it, or the whole browser's; what the browser's
 * own small memory (localStorage) was told in the last seconds is gone then, so this lies on the disk before the picker opens.
 */
import { outbox, writeOutbox } from "./db.ts";

const KEY = "picking";

/** A picker opens for a visit; null: it was closed. Nothing hangs on it: on a full phone it is left out. */
export async function notePicking(visitId: string | null): Promise<void> {
  await writeOutbox(["meta"], async (tx) => {
    if (visitId === null) await tx.objectStore("meta").delete(KEY);
    else await tx.objectStore("meta").put(visitId, KEY);
  }).catch(() => undefined);
}

/** Whether a picker of this visit was open when its page came to an end; tells it once. */
export async function wasPicking(visitId: string): Promise<boolean> {
  const noted = await outbox((db) => db.get("meta", KEY)).catch(() => undefined);
  if (noted !== undefined) await notePicking(null);
  return noted === visitId;
}
