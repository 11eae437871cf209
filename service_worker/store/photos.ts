/** Photos on the phone: a card each, and their bytes as plain buffers in a store of their own. */
import { tellChanged } from "./changes.ts";
import { outbox, SMALL_BYTES, writeOutbox, type OutboxWrite } from "./db.ts";
import { isOver } from "./overlay.ts";
import { storePhoto, storeText } from "./room.ts";
import type { Draft, Photo, PhotoState, Shrunk } from "./types.ts";
import { elements } from "./values.ts";
import { look } from "./view.ts";

const DAY_MS = 86_400_000;
/** Delivered bytes stay a week: should the school restore a backup, this phone can give them again. */
const DELIVERED_KEPT_MS = 7 * DAY_MS;
/** A photo that nothing names stays a day, so that a discarded draft can be brought back. */
const UNNAMED_KEPT_MS = DAY_MS;

/** Keep a shrunk picture for a draft (or an existing visit being edited). @throws NoRoom; text still fits then */
export async function keepPhoto(person: string, visitId: string, photo: Shrunk): Promise<void> {
  await keep(person, photo, "draft", visitId);
}

/**
 * Keep a picture shared into the app until the teacher picks a visit.
 *
 * @returns false, if a visit or draft of this person has the same picture already: nothing is changed then
 * @throws NoRoom
 */
export const keepShared = (person: string, photo: Shrunk): Promise<boolean> => keep(person, photo, "tray", null);

async function keep(person: string, photo: Shrunk, state: PhotoState, visitId: string | null): Promise<boolean> {
  const { sha256, width, height } = photo;
  const bytes = photo.bytes.byteLength;
  const fresh = { person, sha256, bytes, width, height, state, reason: null, message: null };
  const isKept = await storePhoto(() =>
    writeOutbox(
      ["photos", "photo_bytes", "drafts"],
      async (tx) => {
        const known = await tx.objectStore("photos").get([person, sha256]);
        if (state === "tray" && known && (await isTaken(tx, known))) return false;
        await tx.objectStore("photo_bytes").put(photo.bytes, [person, sha256, "full"]);
        await tx.objectStore("photo_bytes").put(photo.thumb, [person, sha256, "thumb"]);
        const again = known === undefined || known.state === state || !isSettled(known);
        const of = visitId ?? (known?.state === "refused" ? known.visitId : null); // that visit misses it still
        await tx
          .objectStore("photos")
          .put(again ? { ...fresh, visitId: of, begun: false, failures: 0, notBefore: 0, at: Date.now() } : known);
        return true;
      },
      { tries: 1, bytes: SMALL_BYTES + 2 * bytes },
    ),
  );
  tellChanged("photos");
  return isKept;
}

/** On its way, or there. */
const isSettled = (photo: Photo): boolean => photo.state === "waiting" || photo.state === "delivered";

/** A visit names it: one handed in, or one being written. */
async function isTaken(tx: OutboxWrite, photo: Photo): Promise<boolean> {
  if (isSettled(photo)) return true;
  return namedIn(await tx.objectStore("drafts").index("person").getAll(photo.person)).has(photo.sha256);
}

/** The photos that drafts name. */
export const namedIn = (drafts: readonly Draft[]): Set<string> =>
  new Set(drafts.flatMap((draft) => elements(draft.values[`visit:${draft.id}`]?.["photos"])));

export const photosIn = (person: string, state: PhotoState): Promise<Photo[]> =>
  outbox((db) => db.getAllFromIndex("photos", "state", [person, state]));

export const anyPhotoIn = async (person: string, state: PhotoState): Promise<boolean> =>
  (await outbox((db) => db.getKeyFromIndex("photos", "state", [person, state]))) !== undefined;

export const photosOf = (person: string): Promise<Photo[]> =>
  outbox((db) => db.getAll("photos", IDBKeyRange.bound([person], [person, []])));

/** Change parts of a photo's card, also on a full phone; nothing happens if there is none. */
export async function updatePhoto(person: string, sha256: string, part: Partial<Photo>): Promise<void> {
  await storeText(() =>
    writeOutbox(["photos"], async (tx) => {
      const known = await tx.objectStore("photos").get([person, sha256]);
      if (known) await tx.objectStore("photos").put({ ...known, ...part });
    }),
  );
  tellChanged("photos");
}

/** Try a refused photo once more, from its first byte. */
export const sendAgain = (person: string, sha256: string): Promise<void> =>
  updatePhoto(person, sha256, {
    state: "waiting",
    begun: false,
    arrived: 0,
    reason: null,
    message: null,
    failures: 0,
    notBefore: 0,
  });

/** JPEG bytes; undefined if this phone does not hold them (then `fetchPhoto` in api/photos.ts). */
export const thumb = (person: string, sha256: string): Promise<ArrayBuffer | undefined> =>
  outbox((db) => db.get("photo_bytes", [person, sha256, "thumb"]));

export const bytes = (person: string, sha256: string): Promise<ArrayBuffer | undefined> =>
  outbox((db) => db.get("photo_bytes", [person, sha256, "full"]));

/** Delete a photo's card and bytes, within the caller's transaction. */
export async function remove(tx: OutboxWrite, person: string, sha256: string): Promise<void> {
  await tx.objectStore("photos").delete([person, sha256]);
  await tx.objectStore("photo_bytes").delete(IDBKeyRange.bound([person, sha256], [person, sha256, []]));
}

async function keysIn(person: string, states: readonly PhotoState[]): Promise<Set<string>> {
  const keys = await Promise.all(
    states.map((state) => outbox((db) => db.getAllKeysFromIndex("photos", "state", [person, state]))),
  );
  return new Set(keys.flat().map(([, sha256]) => sha256));
}

/** A visit that was handed in may name such a photo all the same: one shared into the app anew after it was refused, say. */
const STAYING: readonly PhotoState[] = ["delivered", "draft", "tray"];

/** Photos that the server names as missing and this phone still holds go on their way again. */
export async function sendMissing(person: string, missing: readonly string[]): Promise<void> {
  const staying = await keysIn(person, STAYING);
  const known = missing.filter((sha256) => staying.has(sha256)); // most are on their way: their cards need no look
  if (known.length === 0) return;
  await storeText(() =>
    writeOutbox(["photos", "photo_bytes"], async (tx) => {
      for (const sha256 of known) {
        const photo = await tx.objectStore("photos").get([person, sha256]);
        if (!photo || !STAYING.includes(photo.state)) continue;
        if ((await tx.objectStore("photo_bytes").count([person, sha256, "full"])) === 0) continue;
        await tx.objectStore("photos").put({ ...photo, state: "waiting", arrived: 0 });
      }
    }),
  );
  tellChanged("photos");
}

/**
 * Delete what is no longer needed: bytes delivered a week ago, and photos that no draft has named for a day. What an edit names
 * that the office still has, or gave back unread, stays: should it be handed in again, the school may have let its copy go.
 */
export async function sweepPhotos(person: string, now: number = Date.now()): Promise<void> {
  const isOld = (await photosIn(person, "delivered")).some((each) => now - each.at > DELIVERED_KEPT_MS);
  const undecided = isOld ? await namedByUndecided(person) : new Set<string>();
  await storeText(() =>
    writeOutbox(["photos", "photo_bytes", "drafts"], async (tx) => {
      const named = namedIn(await tx.objectStore("drafts").index("person").getAll(person));
      for (const photo of await tx.objectStore("photos").getAll(IDBKeyRange.bound([person], [person, []]))) {
        const isNamed = named.has(photo.sha256) || undecided.has(photo.sha256);
        if (isSpent(photo, isNamed, now)) await remove(tx, person, photo.sha256);
        else await noteNamed(tx, photo, isNamed, now);
      }
    }),
  );
}

/** By edits that are not decided yet, or that a restored school may not have: they are on their way again. */
async function namedByUndecided(person: string): Promise<ReadonlySet<string>> {
  const { sent } = await look(person, []);
  const open = sent.filter((each) => !isOver(each) || each.again);
  return new Set(open.flatMap(({ edit }) => edit.members["photos"]?.add ?? []));
}

function isSpent(photo: Photo, isNamed: boolean, now: number): boolean {
  if (isNamed) return false;
  if (photo.state === "delivered") return now - photo.at > DELIVERED_KEPT_MS;
  return photo.state === "draft" && now - (photo.unnamedSince ?? now) > UNNAMED_KEPT_MS;
}

/** A photo may have been named for weeks: its day begins when it no longer is. */
async function noteNamed(tx: OutboxWrite, photo: Photo, isNamed: boolean, now: number): Promise<void> {
  const { unnamedSince, ...card } = photo;
  const isLoose = photo.state === "draft" && !isNamed;
  if (isLoose === (unnamedSince !== undefined)) return;
  await tx.objectStore("photos").put(isLoose ? { ...card, unnamedSince: now } : card);
}
