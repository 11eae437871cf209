/** Room on the phone. What the browser says about quota is not to be believed, so some lies in reserve (reserve.ts). */
import { DEAD_OR_FULL, errorName, LARGE_BYTES, makeWhole } from "./db.ts";
import { hasRoomFor, putReserve } from "./reserve.ts";

/** The phone has no room left, or its store cannot be opened; nothing was stored, and what was there is untouched. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
}

/**
 * Store text: a refused write has given up the reserve and was tried once more.
 *
 * @throws NoRoom, if even then it does not fit; the caller keeps the text on the screen and tries again
 */
export async function storeText<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (DEAD_OR_FULL.has(errorName(error))) throw new NoRoom(errorName(error));
    throw error;
  }
}

/**
 * Store a photo, with a write that is tried once: it may not use up the reserve, and without one there is no room for it.
 *
 * @throws NoRoom, if it does not fit
 */
export async function storePhoto<T>(write: () => Promise<T>): Promise<T> {
  if (!(await keepReserve())) throw new NoRoom("no reserve");
  try {
    return await storeText(write);
  } catch (error) {
    if (error instanceof NoRoom) await keepReserve();
    throw error;
  }
}

/** Put the reserve back if it was given up; false while there is no room for it. */
export async function keepReserve(): Promise<boolean> {
  try {
    await makeWhole();
    return await putReserve();
  } catch {
    return false;
  }
}

/** Put the reserve back where it fits; whether what the school has may be read, with it or without. */
export async function hasRoomToRead(): Promise<boolean> {
  try {
    await makeWhole();
    return (await putReserve()) || (await hasRoomFor(LARGE_BYTES));
  } catch {
    return false;
  }
}

/** Ask the browser not to clear this site's storage by itself. Only a page may ask, and the answer changes nothing here. */
export async function askToPersist(): Promise<void> {
  const { storage } = navigator as { storage?: { persist?: () => Promise<boolean> } };
  await storage?.persist?.().catch(() => false);
}
