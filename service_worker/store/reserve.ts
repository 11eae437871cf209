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

/** null where the browser has none, or not for this page: then nothing lies in reserve, and everything else goes on. */
async function room(): Promise<Cache | null> {
  if (!("caches" in globalThis)) return null;
  return caches.open(CACHE).catch(() => null);
}

/** By its key: a response that was matched keeps the file open, and one that is open is not freed when it is deleted. */
const has = async (cache: Cache, key: string): Promise<boolean> => (await cache.keys(key)).length > 0;

/** No write was refused since the log of the databases was begun. */
export async function isWhole(): Promise<boolean> {
  const cache = await room();
  return cache === null || (await has(cache, WHOLE));
}

export async function markWhole(): Promise<void> {
  await (await room())?.put(WHOLE, new Response("")).catch(() => undefined); // unmarked, it is made anew once more
}

/** Free the reserve, and note that the log may be broken. */
export async function giveUpReserve(): Promise<void> {
  const cache = await room();
  await Promise.all([cache?.delete(WHOLE), cache?.delete(RESERVE)]);
}

/** Put the reserve where it belongs, unless it is there; false if it does not fit. */
export async function putReserve(): Promise<boolean> {
  const cache = await room();
  if (cache === null || (await has(cache, RESERVE))) return true;
  return (await fits(cache, RESERVE_BYTES + SLACK_BYTES)) && (await put(cache, RESERVE, RESERVE_BYTES));
}

/** Whether a write of so many bytes will not be refused, or the reserve makes good if it is. */
export async function isSafeToWrite(bytes: number): Promise<boolean> {
  const cache = await room();
  return cache === null || (await has(cache, RESERVE)) || (await fits(cache, bytes));
}

/** Whether the disk has room for a new log; asked by writing as much, for nothing else can be believed. */
export async function hasRoomForLog(): Promise<boolean> {
  const cache = await room();
  return cache === null || (await fits(cache, LOG_BYTES));
}

async function fits(cache: Cache, bytes: number): Promise<boolean> {
  const isPut = await put(cache, PROBE, bytes);
  await cache.delete(PROBE);
  return isPut;
}

async function put(cache: Cache, key: string, bytes: number): Promise<boolean> {
  const chunk = crypto.getRandomValues(new Uint8Array(CHUNK_BYTES));
  const chunks = Array<Uint8Array<ArrayBuffer>>(bytes / CHUNK_BYTES).fill(chunk);
  return cache.put(key, new Response(new Blob(chunks))).then(
    () => true,
    () => false,
  );
}
