/** The tray: pictures shared into the app, until the teacher picks a visit for them. Each step is one transaction. */
import { isoLocal } from "../ids.ts";
import { tellChanged } from "./changes.ts";
import { writeOutbox, type OutboxWrite } from "./db.ts";
import { photosIn } from "./photos.ts";
import { end, keep, keepOver } from "./revisions.ts";
import { storeText } from "./room.ts";
import type { Draft, Photo, PhotoState, RecordRef, Values } from "./types.ts";
import { difference, elements } from "./values.ts";

/** What waits in the tray, in the order in which it came. */
export async function trayPhotos(person: string): Promise<Photo[]> {
  return (await photosIn(person, "tray")).sort((a, b) => a.at - b.at);
}

/** Keep a draft that names shared pictures now, and take them out of the tray. @throws NoRoom, Overtaken; then nothing has moved */
export async function putIntoVisit(draft: Draft, hashes: readonly string[]): Promise<void> {
  await storeText(() =>
    writeOutbox(["photos", "drafts", "meta"], async (tx) => {
      await keep(tx, draft);
      await move(tx, draft.person, hashes, "tray", { state: "draft", visitId: draft.id });
    }),
  );
  tellChanged("drafts", "photos");
}

/**
 * Undo `putIntoVisit`: the pictures lie in the tray again, unless they were handed in, and what was written since stays.
 *
 * @param before - the visit as it was before; a draft that was not kept then, and says no more now, goes
 */
export async function takeBack(before: Draft, wasKept: boolean, hashes: readonly string[]): Promise<void> {
  const { person, id } = before;
  await storeText(() =>
    writeOutbox(["photos", "drafts", "meta"], async (tx) => {
      const now = await tx.objectStore("drafts").get([person, id]);
      if (now) {
        const without = withoutPhotos(now, hashes);
        if (!wasKept && saysTheSame(before, without)) await end(tx, person, id);
        else await keepOver(tx, without);
      }
      await move(tx, person, hashes, "draft", { state: "tray", visitId: null });
    }),
  );
  tellChanged("drafts", "photos");
}

/** Put pictures out of the tray; for a day they can be brought back. */
export const setAside = (person: string, hashes: readonly string[]): Promise<void> =>
  moveAlone(person, hashes, "tray", { state: "draft", visitId: null });

/** Undo `setAside`. */
export const bringBack = (person: string, hashes: readonly string[]): Promise<void> =>
  moveAlone(person, hashes, "draft", { state: "tray" });

async function moveAlone(
  person: string,
  hashes: readonly string[],
  from: PhotoState,
  part: Partial<Photo>,
): Promise<void> {
  await storeText(() => writeOutbox(["photos"], (tx) => move(tx, person, hashes, from, part)));
  tellChanged("photos");
}

/** What was handed in or asked for by the school meanwhile is on its way, and stays so. */
async function move(
  tx: OutboxWrite,
  person: string,
  hashes: readonly string[],
  from: PhotoState,
  part: Partial<Photo>,
): Promise<void> {
  for (const sha256 of hashes) {
    const photo = await tx.objectStore("photos").get([person, sha256]);
    if (photo?.state === from) await tx.objectStore("photos").put({ ...photo, ...part });
  }
}

function withoutPhotos(draft: Draft, hashes: readonly string[]): Draft {
  const ref: RecordRef = `visit:${draft.id}`;
  const visit = { ...draft.values[ref] };
  const left: Record<string, Values[string]> = {};
  for (const [field, value] of Object.entries(visit)) {
    if (!hashes.some((sha256) => field.startsWith(`photos/${sha256}/`))) left[field] = value;
  }
  left["photos"] = elements(visit["photos"]).filter((each) => !hashes.includes(each));
  return { ...draft, values: { ...draft.values, [ref]: left }, updatedAt: isoLocal() };
}

const saysTheSame = (one: Draft, other: Draft): boolean =>
  (Object.keys(other.values) as RecordRef[]).every(
    (ref) => difference(ref, one.values[ref] ?? {}, other.values[ref] ?? {}) === null,
  );
