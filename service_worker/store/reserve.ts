/**
 * 8 MB that lie ready for the day the disk is full. They are a file of the Cache Storage and no row: a row is deleted by
 * writing that it is deleted, for which a full disk has no room, and browsers compress rows.
 *
 * Beside them a mark says that the log of the databases is whole. LevelDB (Chromium) leaves half a record in its log when
 * the disk fills while it writes, goes on behind it once there is room, and at the next start takes the whole log for broken:
 * the browser then deletes every database of this site. So after a refused write nothing is written before the log was made
 * anew (db.ts), also after a kill: mark and reserve go first, which needs no room. And without a reserve nothing is written
 * that might be refused: there would be no room to make the log anew, and the next kill would take everything. What is left
 * is the moment in which it is made anew: killed just then, the browser finds the broken one.
 */
const MB = 1024 * 1024;
export const RESERVE_BYTES = 8 * MB;
/** What making the log anew takes at most, while the old one is still there. */
const LOG_BYTES = 6 * MB;
/** The reserve may not be what fills the disk. */
const SLACK_BYTES = 2 * MB;

const CACHE = "room";
const RESERVE = "/reserve";
const WHOLE = "/whole";
const PROBE = "/probe";
/** Noise, for a disk may compress too. */
const CHUNK_BYTES = 65_536;

/** There was no room for a write that may not be refused: nothing was written. */
export class NotTried extends Error {
  override readonly name = "QuotaExceededError";
}

/** A trial fills the disk to its last byte for a moment: nobody may write under it, in no window and no worker. */
const alone = <T>(work: () => Promise<T>): Promise<T> => navigator.locks.request("room", work);

/** null where the browser has none, or not for this page: then nothing lies in reserve, and everything else goes on. */
async function room(): Promise<Cache | null> {
  if (!("caches" in globalThis)) return null;
  return caches.open(CACHE).catch(() => null);
}

/**
 * By its key: a response that was matched keeps the file open, and one that is open is not freed when it is deleted. True
 * where nothing lies ready and nothing can: then all goes on as in a browser without all this.
 */
async function has(key: string): Promise<boolean> {
  const cache = await room();
  return (
    cache?.keys(key).then(
      (found) => found.length > 0,
      () => true,
    ) ?? true
  );
}

/** No write was refused since the log of the databases was begun. */
export const isWhole = (): Promise<boolean> => has(WHOLE);

export async function markWhole(): Promise<void> {
  await (await room())?.put(WHOLE, new Response("")).catch(() => undefined); // unmarked, it is made anew once more
}

/** Free the reserve, and note that the log may be broken. */
export async function giveUpReserve(): Promise<void> {
  const cache = await room();
  await Promise.allSettled([cache?.delete(WHOLE), cache?.delete(RESERVE)]);
}

/** Put the reserve where it belongs, unless it is there; false if it does not fit. */
export async function putReserve(): Promise<boolean> {
  if (await has(RESERVE)) return true;
  return alone(async () => (await fits(RESERVE_BYTES + SLACK_BYTES)) && (await put(RESERVE, RESERVE_BYTES)));
}

/** Whether a write of so many bytes would be tried just now. */
export const hasRoomFor = async (bytes: number): Promise<boolean> => (await has(RESERVE)) || alone(() => fits(bytes));

/**
 * Write up to so many bytes: with the reserve behind it, or else alone and after a trial, so that it is not refused.
 *
 * @throws NotTried, if it might be
 */
export async function writeSafely<T>(bytes: number, write: () => Promise<T>): Promise<T> {
  if (await has(RESERVE)) return write();
  return alone(async () => {
    if (!(await fits(bytes))) throw new NotTried(`${bytes} bytes`);
    return write();
  });
}

/**
 * Make the log anew, alone and only where there is room for it; not if `isDone`, asked once nobody else is at it.
 *
 * @throws NotTried
 */
export const makeAlone = (isDone: () => Promise<boolean>, make: () => Promise<void>): Promise<void> =>
  alone(async () => {
    if (await isDone()) return;
    if (!(await fits(LOG_BYTES))) throw new NotTried("a new log");
    await make();
  });

/** Whether the disk has so much room; asked by writing as much, for nothing else can be believed. */
async function fits(bytes: number): Promise<boolean> {
  const isPut = await put(PROBE, bytes);
  await (await room())?.delete(PROBE).catch(() => false);
  return isPut;
}

async function put(key: string, bytes: number): Promise<boolean> {
  const cache = await room();
  if (cache === null) return true;
  const chunk = crypto.getRandomValues(new Uint8Array(CHUNK_BYTES));
  const chunks = Array<Uint8Array<ArrayBuffer>>(Math.ceil(bytes / CHUNK_BYTES)).fill(chunk);
  return cache.put(key, new Response(new Blob(chunks))).then(
    () => true,
    () => false,
  );
}
