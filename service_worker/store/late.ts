/**
 * 补录: written more than a day after the visit. Only its author is told, so it stands in no row that others hold; the phone
 * tells it from what it wrote itself, by the school's own rule (server/visits/duplicates.py).
 */
import { splitRef, today } from "../ids.ts";
import type { RecordRef, Values } from "./types.ts";
import { isEmpty } from "./values.ts";
import { look, textOf, type View } from "./view.ts";

const DAY_MS = 86_400_000;
const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

/** Whether a visit of a day was written late on another; a day or a time that is none is never late. */
export const isLate = (visitDate: string, written: Date): boolean =>
  !Number.isNaN(written.getTime()) && dayNumber(today(written)) - dayNumber(visitDate) > 1;

/** Whether the person wrote this visit, and late. `values` may be what a form shows and nothing has stored yet. */
export function lateIn(view: View, visitId: string, values: Values): boolean {
  const isOwn = isEmpty(values["author_id"]) || values["author_id"] === view.person;
  return isOwn && isLate(textOf(values, "visit_date") ?? "", writtenAt(view, `visit:${visitId}`));
}

/** @returns false for a visit of somebody else */
export async function isLateEntry(person: string, visitId: string, values: Values): Promise<boolean> {
  return lateIn(await look(person, ["visit"]), visitId, values);
}

/**
 * The edit that began it; where the log no longer has that, when its form was begun, which its id tells; now, where nothing
 * is finished yet.
 */
function writtenAt(view: View, ref: RecordRef): Date {
  const own = view.own.get(ref);
  const edits = [...(own?.sent ?? []), ...(own?.queued ?? [])];
  const first = edits.find((each) => "student_id" in each.edit.changes);
  if (first) return new Date(first.edit.made_at);
  const isKnown = edits.length > 0 || (view.rows.get(ref) ?? []).length > 0;
  return isKnown ? begunAt(splitRef(ref).id) : new Date();
}

/** The time in a UUIDv7. */
const begunAt = (id: string): Date => new Date(Number.parseInt(id.replace("-", "").slice(0, 12), 16));
