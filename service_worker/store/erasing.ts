/** Letting go of what this phone holds of a record: its person may no longer read it, or its family was erased. */
import { splitRef } from "../ids.ts";
import { tellChanged } from "./changes.ts";
import { writeOutbox, type OutboxStore, type OutboxWrite } from "./db.ts";
import { eraseDeciding } from "./deciding.ts";
import { noteFarewell } from "./farewell.ts";
import { otherDraftWith, otherVisitWith } from "./photo_visits.ts";
import { remove } from "./photos.ts";
import { end } from "./revisions.ts";
import type { Draft, Photo, RecordRef } from "./types.ts";

/** The stores that a transaction which erases must hold. */
export const ERASE_STORES: OutboxStore[] = ["edits", "sent", "photos", "photo_bytes", "drafts", "meta"];

/**
 * Delete this phone's copy of what was sent about records that the person may no longer hold. What the school has not merged
 * (held, kept for the office, given back) stays their own words, and so does what a restored backup may lack.
 */
export async function forgetMerged(person: string, refs: readonly RecordRef[]): Promise<void> {
  if (refs.length === 0) return;
  await writeOutbox(ERASE_STORES, async (tx) => {
    for (const ref of refs) {
      const sent = await tx
        .objectStore("sent")
        .index("record")
        .getAll(IDBKeyRange.only([person, ref]));
      const merged = sent.filter((each) => !each.again && (each.status === "applied" || each.status === "conflict"));
      if (merged.length === sent.length) await forget(tx, person, ref);
      else for (const each of merged) await tx.objectStore("sent").delete(each.id);
    }
  });
}

/** The school says of records that their family was erased: everything of them goes. */
export async function eraseRecords(person: string, refs: readonly RecordRef[]): Promise<void> {
  if (refs.length === 0) return;
  await writeOutbox(ERASE_STORES, async (tx) => {
    for (const ref of refs) await erase(tx, person, ref);
  });
  tellChanged("drafts", "outbox", "photos");
}

/** The same of children: what was begun about them goes, too, where nothing of it was ever at the school. */
export async function eraseDraftsAbout(person: string, children: readonly string[]): Promise<void> {
  if (children.length === 0) return;
  const isGone = await writeOutbox(ERASE_STORES, async (tx) => {
    const drafts = await tx.objectStore("drafts").index("person").getAll(person);
    const about = drafts.filter((draft) => children.includes(childIn(draft) ?? ""));
    for (const { id } of about) await erase(tx, person, `visit:${id}`);
    return about.length > 0;
  });
  if (isGone) tellChanged("drafts", "outbox", "photos");
}

/** Whom a draft is about: the child of its visit, once that was handed in; else the one that is chosen now. */
function childIn({ id, opened, values, studentId }: Draft): string | null {
  const said = opened[`visit:${id}`]?.["student_id"] ?? values[`visit:${id}`]?.["student_id"];
  return typeof said === "string" ? said : studentId;
}

async function forget(tx: OutboxWrite, person: string, record: RecordRef): Promise<void> {
  const sent = tx.objectStore("sent");
  for (const key of await sent.index("record").getAllKeys(IDBKeyRange.only([person, record]))) await sent.delete(key);
  const { kind, id } = splitRef(record);
  if (kind !== "visit") return;
  for (const photo of await tx.objectStore("photos").index("state").getAll([person, "delivered"])) {
    if (photo.visitId === id) await letGo(tx, photo, id);
  }
}

/** The family's record was erased: everything of it goes, photos on their way, an open draft and a decision begun included. */
export async function erase(tx: OutboxWrite, person: string, record: RecordRef): Promise<void> {
  await forget(tx, person, record);
  const { kind, id } = splitRef(record);
  if (kind !== "visit") return;
  if ((await tx.objectStore("drafts").getKey([person, id])) !== undefined) await noteFarewell(tx, person);
  await end(tx, person, id);
  await eraseDeciding(tx, person, id);
  for (const photo of await tx.objectStore("photos").getAll(IDBKeyRange.bound([person], [person, []]))) {
    if (photo.visitId === id) await letGo(tx, photo, id);
  }
}

/** A photo goes with its visit, unless another visit or a draft names the same picture: then it is that one's from now on. */
async function letGo(tx: OutboxWrite, photo: Photo, visitId: string): Promise<void> {
  const { person, sha256 } = photo;
  const other = await otherVisitWith(tx, person, visitId, sha256);
  const draft = other === null ? await otherDraftWith(tx, person, visitId, sha256) : null;
  if (other !== null) await tx.objectStore("photos").put({ ...photo, visitId: other });
  else if (draft === null) await remove(tx, person, sha256);
  else {
    const state = photo.state === "delivered" ? photo.state : "draft"; // nothing that was handed in names it any more
    await tx.objectStore("photos").put({ ...photo, state, visitId: draft });
  }
}
