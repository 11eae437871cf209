/** Finishing: a draft becomes edits in one strict transaction, or stays a draft. */
import { splitRef } from "../ids.ts";
import { tellChanged } from "./changes.ts";
import { factsOf, waitingAfter } from "./consent.ts";
import { writeOutbox, type OutboxWrite } from "./db.ts";
import { TIED_BY_FIELD } from "./fields.ts";
import { noteDecided } from "./decided.ts";
import { withoutReturned } from "./given_back.ts";
import { withoutNewPhotos } from "./photo_use.ts";
import { otherVisitWith } from "./photo_visits.ts";
import { append, QUEUE_STORES, type NewEdit } from "./queue.ts";
import { end, keepOver } from "./revisions.ts";
import { storeText } from "./room.ts";
import { namedBy } from "./tickets.ts";
import type { Draft, QueuedEdit, RecordRef, Values } from "./types.ts";
import { difference, isEmpty } from "./values.ts";

/**
 * Finish a draft that was kept by `putDraft`. Resolves after `complete`: only then may the screen say 已存本机.
 *
 * @param held the family has not agreed: only day, form and result go, the words stay a draft
 * @param noPhotos the family refuses photos: those that the school has not got stay a draft
 * @returns the edits written, in order; none if nothing was changed
 * @throws NoRoom; then the draft is still there and nothing is queued
 */
export async function finishDraft(
  person: string,
  visitId: string,
  held = false,
  noPhotos = false,
): Promise<QueuedEdit[]> {
  await noteDecided(person);
  const edits = await storeText(() =>
    writeOutbox(["drafts", "photos", ...QUEUE_STORES], async (tx) => {
      const kept = await tx.objectStore("drafts").get([person, visitId]);
      if (!kept) return [];
      const draft = await withoutReturned(tx, kept); // a window may have kept it anew, as it was opened before
      const written: QueuedEdit[] = [];
      const tickets = await namedBy(tx, person, visitId);
      const handed = handedOf(draft, held, noPhotos);
      const waiting = waitingAfter(draft, handed);
      for (const entry of editsOf(handed)) written.push(await append(tx, person, withTickets(entry, draft, tickets)));
      for (const each of written) await sendPhotosOf(tx, each);
      if (handed !== draft && editsOf(waiting).length > 0) await keepOver(tx, waiting);
      else await end(tx, person, visitId);
      return written;
    }),
  );
  tellChanged("drafts", "outbox");
  return edits;
}

/** Whether handing this draft in now would send anything; `held` and `noPhotos` as for `finishDraft`. */
export const sendsAnything = (draft: Draft, held: boolean, noPhotos = false): boolean =>
  editsOf(handedOf(draft, held, noPhotos)).length > 0;

function handedOf(draft: Draft, held: boolean, noPhotos: boolean): Draft {
  if (held) return factsOf(draft); // there are no photos in it
  return noPhotos ? withoutNewPhotos(draft) : draft;
}

/** What the draft changed, the visit first: its private part, reflections and opinions follow it. */
function editsOf(draft: Draft): NewEdit[] {
  const refs = (Object.keys(draft.values) as RecordRef[]).sort((a, b) => Number(isVisit(b)) - Number(isVisit(a)));
  return refs.flatMap((record) => {
    const opened = draft.opened[record] ?? {};
    if (saysNothing(record, opened, draft.values[record])) return [];
    const tied = TIED_BY_FIELD.has(splitRef(record).kind) && isEmpty(opened["visit_id"]);
    const changed = difference(record, opened, { ...draft.values[record], ...(tied ? { visit_id: draft.id } : {}) });
    if (!changed) return [];
    return [{ record, op: "edit" as const, ...changed, args: {}, visitId: draft.id, classId: draft.classId }];
  });
}

/** A code that was shown before the visit was first handed in is told with it; one shown later was told when it was shown. */
function withTickets(entry: NewEdit, draft: Draft, tickets: readonly string[]): NewEdit {
  const isFirst = isVisit(entry.record) && isEmpty(draft.opened[entry.record]?.["student_id"]);
  if (!isFirst || tickets.length === 0) return entry;
  return { ...entry, members: { ...entry.members, tickets: { add: [...tickets], remove: [] } } };
}

/** An opinion that was never handed in and has no words: begun and left, or taken away again. */
const saysNothing = (record: RecordRef, opened: Values, now: Values = {}): boolean =>
  splitRef(record).kind === "opinion" && isEmpty(opened["text"]) && isEmpty(now["text"]);

const isVisit = (ref: RecordRef): boolean => splitRef(ref).kind === "visit";

/** Photos that the visit now names are on their way, those it no longer names are not; what was delivered stays so. */
async function sendPhotosOf(tx: OutboxWrite, queued: QueuedEdit): Promise<void> {
  const photos = tx.objectStore("photos");
  for (const sha256 of queued.edit.members["photos"]?.add ?? []) {
    const photo = await photos.get([queued.person, sha256]);
    if (!photo) continue;
    const state = photo.state === "draft" || photo.state === "tray" ? "waiting" : photo.state;
    await photos.put({ ...photo, state, visitId: queued.visitId });
  }
  for (const sha256 of queued.edit.members["photos"]?.remove ?? []) {
    const photo = await photos.get([queued.person, sha256]);
    if (!photo || photo.state === "delivered") continue;
    const other = await otherVisitWith(tx, queued.person, queued.visitId, sha256);
    if (other === null) await photos.put({ ...photo, state: "draft", at: Date.now() });
    else await photos.put({ ...photo, visitId: other });
  }
}
