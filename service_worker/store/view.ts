/** One look at everything a screen of lists needs: rows by record, and the person's own edits by record. */
import { splitRef } from "../ids.ts";
import { records } from "./db.ts";
import { latestOf, lay, newest } from "./overlay.ts";
import { queued, sentLog } from "./queue.ts";
import type { QueuedEdit, RecordRef, SentEdit, Shown, StoredRow, Values } from "./types.ts";

export interface View {
  readonly person: string;
  readonly queued: readonly QueuedEdit[];
  /** With the newest that is known of each. */
  readonly sent: readonly SentEdit[];
  readonly rows: ReadonlyMap<RecordRef, readonly StoredRow[]>;
  readonly own: ReadonlyMap<RecordRef, { readonly sent: SentEdit[]; readonly queued: QueuedEdit[] }>;
}

/** Read the rows of the given kinds, and all own edits. Never reads photo bytes. */
export async function look(person: string, kinds: readonly string[]): Promise<View> {
  const [waiting, log, edits, ...found] = await Promise.all([
    queued(person),
    sentLog(person),
    rowsOfKind(person, "edit"),
    ...kinds.map((kind) => rowsOfKind(person, kind)),
  ]);
  const news = new Map(edits.map((row) => [row.id, row]));
  const sent = log.map((each) => latestOf(each, news.get(each.id)));
  const rows = new Map<RecordRef, StoredRow[]>();
  for (const row of found.flat()) push(rows, `${row.kind}:${row.id}`, row);
  return { person, queued: waiting, sent, rows, own: byRecord(sent, waiting) };
}

export const rowsOfKind = (person: string, kind: string): Promise<StoredRow[]> =>
  records((db) => db.getAllFromIndex("rows", "kind", [person, kind]));

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function byRecord(sent: readonly SentEdit[], waiting: readonly QueuedEdit[]): View["own"] {
  const own = new Map<RecordRef, { sent: SentEdit[]; queued: QueuedEdit[] }>();
  const of = (record: RecordRef): { sent: SentEdit[]; queued: QueuedEdit[] } => {
    const known = own.get(record) ?? { sent: [], queued: [] };
    own.set(record, known);
    return known;
  };
  for (const each of sent) of(each.record).sent.push(each);
  for (const each of waiting) of(each.record).queued.push(each);
  return own;
}

/** One record of the view as it is shown. */
export function shownIn(view: View, ref: RecordRef): Shown {
  const own = view.own.get(ref);
  return lay(ref, newest(view.rows.get(ref) ?? []), own?.sent ?? [], own?.queued ?? []);
}

/** All records of a kind: those with a row, and those that only own edits know yet. Merged-away ones are left out. */
export function allOf(view: View, kind: string): Shown[] {
  const refs = new Set([...view.rows.keys(), ...view.own.keys()].filter((ref) => splitRef(ref).kind === kind));
  return [...refs].map((ref) => shownIn(view, ref)).filter((each) => isThere(each.values));
}

/** Whether there is a record to show: not merged into another, not erased, not made of edits that were given back. */
const isThere = (values: Values): boolean =>
  Object.keys(values).length > 0 && !values["merged_into"] && !values["erased"];

/** A visit's true id, should it have become part of another. */
export function resolveAlias(view: View, visitId: string): string {
  const seen = new Set<string>();
  let id = visitId;
  for (;;) {
    const into = newest(view.rows.get(`visit:${id}`) ?? [])?.row["merged_into"];
    if (typeof into !== "string" || seen.has(into)) return id;
    seen.add(id);
    id = into;
  }
}

/** The name of a visit's student, as far as this phone knows it. */
export function studentNameOf(view: View, visitId: string): string {
  const student = textOf(shownIn(view, `visit:${resolveAlias(view, visitId)}`).values, "student_id");
  return student === null ? "" : childNameOf(view, student);
}

/** The same of a student. */
export const childNameOf = (view: View, studentId: string): string =>
  textOf(shownIn(view, `student:${studentId}`).values, "name") ?? "";

/** A field's text; null if it is none. */
export const textOf = (values: Values, field: string): string | null => {
  const value = values[field];
  return typeof value === "string" && value !== "" ? value : null;
};
