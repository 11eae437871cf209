/** A family that refuses: what this phone remembers of words that the school has merged, and of photos it has, goes (ADR 0018). */
import type { Edit } from "../api/wire.ts";
import { refusesIn, refusesPhotosIn } from "./children.ts";
import { tellChanged } from "./changes.ts";
import { needsConsent } from "./consent.ts";
import { writeOutbox } from "./db.ts";
import { isOver } from "./overlay.ts";
import { visitsBy } from "./photo_visits.ts";
import { namedIn, photosIn, remove } from "./photos.ts";
import type { Photo, RecordRef, SentEdit, Values } from "./types.ts";
import { look, resolveAlias, rowsOfKind, shownIn, textOf, type View } from "./view.ts";

const KINDS = ["student", "visit", "conflict"];

/**
 * Leave, of merged edits about visits of a child whose family says no by the school's word, only what is kept without
 * consent. What waits, is kept by the office or was given back is nowhere else, and stays whole; so does what a restored
 * backup may lack. The school has every word that goes here, and sends it again should the family agree later.
 */
export async function forgetRefused(person: string): Promise<void> {
  const children = await rowsOfKind(person, "student"); // few and small, and every round asks: visits are read only where one refuses
  if (!children.some(({ row }) => row["may_record"] === "no" || row["may_photo"] === "no")) return;
  const view = await look(person, KINDS);
  if (await forgetWords(view)) tellChanged("outbox");
  if (await forgetPhotos(view)) tellChanged("photos");
}

/** Ask of visits by their ids, each once. */
function ofVisits(view: View, ask: (view: View, visit: Values) => boolean): (visitId: string) => boolean {
  const known = new Map<string, boolean>();
  return (visitId) => {
    const id = resolveAlias(view, visitId);
    const said = known.get(id) ?? ask(view, shownIn(view, `visit:${id}`).values);
    known.set(id, said);
    return said;
  };
}

async function forgetWords(view: View): Promise<boolean> {
  const isRefused = ofVisits(view, refusesIn);
  const cuts = view.sent.filter(isMerged).flatMap((each) => {
    if (each.visitId === null || !holdsMore(view, each.edit) || !isRefused(each.visitId)) return [];
    return [each.id];
  });
  if (cuts.length === 0) return false;
  await writeOutbox(["sent"], async (tx) => {
    const sent = tx.objectStore("sent");
    for (const id of cuts) {
      const now = await sent.get(id);
      if (!now || now.again) continue;
      if (now.edit.op === "resolve")
        await sent.delete(id); // half a decision would be another one
      else await sent.put({ ...now, edit: keptOf(now.edit) });
    }
  });
  return true;
}

/** Delivered pictures of such a visit go too, unless a draft, an edit that is not settled or another family's visit names them. */
async function forgetPhotos(view: View): Promise<boolean> {
  const { person } = view;
  const isRefused = ofVisits(view, refusesPhotosIn);
  const open = [...view.queued, ...view.sent.filter((each) => each.again || !isOver(each))];
  const wanted = visitsBy(open);
  const visits = visitsBy([...view.sent, ...view.queued]);
  const goes = ({ sha256, visitId }: Photo): boolean =>
    visitId !== null && !wanted.has(sha256) && [visitId, ...(visits.get(sha256) ?? [])].every(isRefused);
  const going = (await photosIn(person, "delivered")).filter(goes);
  if (going.length === 0) return false;
  await writeOutbox(["photos", "photo_bytes", "drafts"], async (tx) => {
    const named = namedIn(await tx.objectStore("drafts").index("person").getAll(person));
    for (const { sha256 } of going) if (!named.has(sha256)) await remove(tx, person, sha256);
  });
  return true;
}

const isMerged = (sent: SentEdit): boolean => !sent.again && (sent.status === "applied" || sent.status === "conflict");

/** Pictures stay named: a name says nothing of the family, and tells which visit a picture that is still on its way is for. */
const goes = (ref: RecordRef, field: string): boolean => field !== "photos" && needsConsent(ref, field);

function holdsMore(view: View, edit: Edit): boolean {
  if (edit.op === "resolve") return "value" in edit.args && decidesWords(view, edit.record);
  return [...Object.keys(edit.changes), ...Object.keys(edit.members)].some((field) => goes(edit.record, field));
}

/** Whether a conflict is about words; one that is not here any more is taken to be. */
function decidesWords(view: View, conflict: RecordRef): boolean {
  const { values } = shownIn(view, conflict);
  const record = textOf(values, "record");
  const field = textOf(values, "field");
  return record === null || field === null || needsConsent(record as RecordRef, field);
}

const keptOf = (edit: Edit): Edit => ({
  ...edit,
  changes: without(edit.record, edit.changes),
  members: without(edit.record, edit.members),
});

const without = <T>(ref: RecordRef, fields: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => !goes(ref, field)));
