/** Photos on the phone: a card each, and their bytes as plain buffers in a store of their own. */
import { tellChanged } from "./changes.ts";
import { outbox, writeOutbox, type OutboxWrite } from "./db.ts";
import { storePhoto } from "./room.ts";
import type { Photo, PhotoState, Shrunk } from "./types.ts";
import { elements } from "./values.ts";

const DAY_MS = 86_400_000;
/** Delivered bytes stay a week: should the school restore a backup, this phone can give them again. */
const DELIVERED_KEPT_MS = 7 * DAY_MS;
/** A photo that nothing names stays a day, so that a discarded draft can be brought back. */
const UNNAMED_KEPT_MS = DAY_MS;

/** Keep a shrunk picture for a draft (or an existing visit being edited). @throws NoRoom; text still fits then */
export const keepPhoto = (person: string, visitId: string, photo: Shrunk): Promise<void> =>
  keep(person, photo, "draft", visitId);

/** Keep a picture shared into the app until the teacher picks a visit. @throws NoRoom */
export const keepShared = (person: string, photo: Shrunk): Promise<void> => keep(person, photo, "tray", null);

async function keep(person: string, photo: Shrunk, state: PhotoState, visitId: string | null): Promise<void> {
  const { sha256, width, height } = photo;
  const bytes = photo.bytes.byteLength;
  const fresh = { person, sha256, bytes, width, height, state, visitId, reason: null, message: null };
  await storePhoto(() =>
    writeOutbox(["photos", "photo_bytes"], async (tx) => {
      const known = await tx.objectStore("photos").get([person, sha256]);
      await tx.objectStore("photo_bytes").put(photo.bytes, [person, sha256, "full"]);
      await tx.objectStore("photo_bytes").put(photo.thumb, [person, sha256, "thumb"]);
      const again = known === undefined || known.state === "tray" || known.state === "refused";
      await tx
        .objectStore("photos")
        .put(again ? { ...fresh, begun: false, failures: 0, notBefore: 0, at: Date.now() } : known);
    }),
  );
  tellChanged("photos");
}

export const trayPhotos = (person: string): Promise<Photo[]> => photosIn(person, "tray");

export const photosIn = (person: string, state: PhotoState): Promise<Photo[]> =>
  outbox((db) => db.getAllFromIndex("photos", "state", [person, state]));

export const photosOf = (person: string): Promise<Photo[]> =>
  outbox((db) => db.getAll("photos", IDBKeyRange.bound([person], [person, []])));

/** Move a shared picture from the tray to a visit's draft. */
export const takeFromTray = (person: string, sha256: string, visitId: string): Promise<void> =>
  updatePhoto(person, sha256, { state: "draft", visitId, at: Date.now() });

export async function dropFromTray(person: string, sha256: string): Promise<void> {
  await writeOutbox(["photos", "photo_bytes"], (tx) => remove(tx, person, sha256));
  tellChanged("photos");
}

/** Change parts of a photo's card; nothing happens if there is none. */
export async function updatePhoto(person: string, sha256: string, part: Partial<Photo>): Promise<void> {
  await writeOutbox(["photos"], async (tx) => {
    const known = await tx.objectStore("photos").get([person, sha256]);
    if (known) await tx.objectStore("photos").put({ ...known, ...part });
  });
  tellChanged("photos");
}

/** Try a refused photo once more, from its first byte. */
export const sendAgain = (person: string, sha256: string): Promise<void> =>
  updatePhoto(person, sha256, {
    state: "waiting",
    begun: false,
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

/** Photos that the server names as missing and this phone still holds go on their way again. */
export async function sendMissing(person: string, missing: readonly string[]): Promise<void> {
  if (missing.length === 0) return;
  await writeOutbox(["photos", "photo_bytes"], async (tx) => {
    for (const sha256 of missing) {
      const photo = await tx.objectStore("photos").get([person, sha256]);
      if (photo?.state !== "delivered" && photo?.state !== "draft") continue;
      if ((await tx.objectStore("photo_bytes").count([person, sha256, "full"])) === 0) continue;
      await tx.objectStore("photos").put({ ...photo, state: "waiting" });
    }
  });
}

/** Delete what is no longer needed: bytes delivered a week ago, and photos a day old that no draft names. */
export async function sweepPhotos(person: string, now: number = Date.now()): Promise<void> {
  await writeOutbox(["photos", "photo_bytes", "drafts"], async (tx) => {
    const drafts = await tx.objectStore("drafts").index("person").getAll(person);
    const named = new Set(drafts.flatMap((draft) => elements(draft.values[`visit:${draft.id}`]?.["photos"])));
    for (const photo of await tx.objectStore("photos").getAll(IDBKeyRange.bound([person], [person, []]))) {
      const age = now - photo.at;
      const spent = photo.state === "delivered" && age > DELIVERED_KEPT_MS;
      const unnamed = photo.state === "draft" && age > UNNAMED_KEPT_MS;
      if ((spent || unnamed) && !named.has(photo.sha256)) await remove(tx, person, photo.sha256);
    }
  });
}
