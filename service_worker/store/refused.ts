/** A family that lets nothing be written down: what this phone remembers of words that the school has merged goes (ADR 0018). */
import type { Edit } from "../api/wire.ts";
import { refusesIn } from "./children.ts";
import { tellChanged } from "./changes.ts";
import { needsConsent } from "./consent.ts";
import { writeOutbox } from "./db.ts";
import type { RecordRef, SentEdit } from "./types.ts";
import { look, resolveAlias, rowsOfKind, shownIn, textOf, type View } from "./view.ts";

const KINDS = ["student", "visit", "conflict"];

/**
 * Leave, of merged edits about visits of a child whose family says no by the school's word, only what is kept without
 * consent. What waits, is kept by the office or was given back is nowhere else, and stays whole; so does what a restored
 * backup may lack. The school has every word that goes here, and sends it again should the family agree later.
 */
export async function forgetRefused(person: string): Promise<void> {
  const children = await rowsOfKind(person, "student"); // few and small, and every round asks: visits are read only where one refuses
  if (!children.some(({ row }) => row["may_record"] === "no")) return;
  const view = await look(person, KINDS);
  const refuses = new Map<string, boolean>();
  const isRefused = (visitId: string): boolean => {
    const id = resolveAlias(view, visitId);
    const known = refuses.get(id) ?? refusesIn(view, shownIn(view, `visit:${id}`).values);
    refuses.set(id, known);
    return known;
  };
  const cuts = view.sent.filter(isMerged).flatMap((each) => {
    if (each.visitId === null || !holdsMore(view, each.edit) || !isRefused(each.visitId)) return [];
    return [each.id];
  });
  if (cuts.length === 0) return;
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
  tellChanged("outbox");
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
