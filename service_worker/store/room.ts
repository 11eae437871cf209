/**
 * Room on the phone. What the browser says about quota is not to be believed, so a row of 2 MB lies in reserve: it is
 * given up at the first write that is refused, and put back later. Text then still fits when photos no longer do.
 */
import { DEAD_OR_FULL, errorName, outbox, writeOutbox } from "./db.ts";

export const RESERVE_BYTES = 2 * 1024 * 1024;
const KEY = 1;

/** The phone has no room left, or its store cannot be opened; nothing was stored, and what was there is untouched. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
}

/**
 * Store text: a refused write gives up the reserve and is tried once more.
 *
 * @throws NoRoom, if even then it does not fit; the caller keeps the text on the screen and tries again
 */
export async function storeText<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!DEAD_OR_FULL.has(errorName(error))) throw error;
  }
  await writeOutbox(["reserve"], (tx) => tx.objectStore("reserve").clear()).catch(() => undefined);
  return storePhoto(write);
}

/**
 * Store a photo: it may not use up the reserve.
 *
 * @throws NoRoom, if it does not fit
 */
export async function storePhoto<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (DEAD_OR_FULL.has(errorName(error))) throw new NoRoom(errorName(error));
    throw error;
  }
}

/** Put the reserve back if it was given up; false while there is no room for it. */
export async function keepReserve(): Promise<boolean> {
  try {
    if ((await outbox((db) => db.count("reserve"))) > 0) return true;
    await writeOutbox(["reserve"], (tx) => tx.objectStore("reserve").put(new ArrayBuffer(RESERVE_BYTES), KEY));
    return true;
  } catch {
    return false;
  }
}

/** Ask the browser not to clear this site's storage by itself. Only a page may ask, and the answer changes nothing here. */
export async function askToPersist(): Promise<void> {
  const { storage } = navigator as { storage?: { persist?: () => Promise<boolean> } };
  await storage?.persist?.().catch(() => false);
}
