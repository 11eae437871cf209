/** The state of each visit, in the four words a teacher sees, and the entries of lists made with it. */
import { splitRef } from "../ids.ts";
import { mayPhotoIn, mayRecordIn } from "./children.ts";
import { listDrafts } from "./drafts.ts";
import { sendsAnything } from "./finish.ts";
import { lateIn } from "./late.ts";
import { photosOf } from "./photos.ts";
import type {
  Draft,
  Pending,
  Photo,
  QueuedEdit,
  RecordRef,
  SendState,
  SentEdit,
  Shown,
  Values,
  VisitEntry,
} from "./types.ts";
import { elements } from "./values.ts";
import { allOf, resolveAlias, shownIn, textOf, type View } from "./view.ts";

/** From this failure on an edit that travels alone is shown as 需处理 (it is still tried). */
export const STUCK_AFTER = 3;

export const isStuck = (edit: QueuedEdit): boolean => edit.state === "waiting" && edit.failures >= STUCK_AFTER;

interface Standing {
  readonly view: View;
  /** By the visit they were opened on, whatever it has become: each is opened and handed in under its own id. */
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly needing: ReadonlySet<string>;
  readonly going: ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
}

/** Where everything of this person stands, visit by visit; what was handed in of a merged visit counts for the one it became. */
export function standing(view: View, drafts: readonly Draft[], photos: readonly Photo[]): Standing {
  const ids = (all: readonly (string | null)[]): Set<string> =>
    new Set(all.filter((id) => id !== null).map((id) => resolveAlias(view, id)));
  const own = [...view.queued, ...view.sent.filter((each) => each.status !== "returned")];
  return {
    view,
    drafts: new Map(drafts.map((each) => [each.id, each])),
    needing: ids([
      ...[...needingEdits(view), ...givenBack(view)].map((each) => each.visitId),
      ...ownConflicts(view).map((each) => visitOf(view, each.values)),
      ...photos.filter((each) => each.state === "refused").map((each) => each.visitId),
    ]),
    going: ids([
      ...goingEdits(view).map((each) => each.visitId),
      ...photos.filter((each) => each.state === "waiting").map((each) => each.visitId),
    ]),
    own: ids(own.map((each) => each.visitId)),
  };
}

/** Given back, and its writer has not seen it: nothing of it is at the school. */
const givenBack = (view: View): SentEdit[] =>
  view.sent.filter((each) => each.status === "returned" && !each.acknowledged);

const needingEdits = (view: View): (QueuedEdit | SentEdit)[] => [
  ...view.queued.filter((each) => each.state === "parked" || isStuck(each)),
  ...view.sent.filter((each) => each.status === "quarantined"),
];

const goingEdits = (view: View): (QueuedEdit | SentEdit)[] => [
  ...view.queued,
  ...view.sent.filter((each) => each.status === "held"),
];

/** The child of an answer that the person wrote down for a family; null for any other edit. */
export function childOf({ record }: { readonly record: RecordRef }): string | null {
  const { kind, id } = splitRef(record);
  return kind === "student" ? id : null;
}

/** By child, where the family's answer is that the person wrote down; one that is at the school is left out. */
export function answersGoing(view: View): Map<string, Pending> {
  const told = (edits: readonly (QueuedEdit | SentEdit)[], state: Pending): [string, Pending][] =>
    edits.map(childOf).flatMap((child) => (child === null ? [] : [[child, state]]));
  return new Map([...told(goingEdits(view), "待上传"), ...told(needingEdits(view), "需处理")]);
}

/** Open conflicts in which the alternative is this person's own words. */
export const ownConflicts = (view: View): Shown[] =>
  allOf(view, "conflict").filter((each) => each.values["status"] === "open" && each.values["owner"] === view.person);

/** The visit that a conflict belongs to. */
export function visitOf(view: View, conflict: Values): string {
  const { kind, id } = splitRef(textOf(conflict, "record") ?? "");
  if (kind === "visit" || kind === "visit_private") return id;
  const record = allOf(view, kind).find((each) => splitRef(each.ref).id === id);
  return (record && textOf(record.values, "visit_id")) ?? id;
}

/** A visit's state; null if the person has no part in it. */
export function stateOf(at: Standing, visitId: string, values: Values): SendState | null {
  if (at.needing.has(visitId)) return "需处理";
  if (at.drafts.has(visitId) && !isHeld(at, visitId, values)) return "草稿";
  if (!isMine(at, visitId)) return null;
  const missing = elements(values["missing_photos"]).length > 0;
  return at.going.has(visitId) || missing ? "待上传" : "已送达";
}

/**
 * Everything of it that may be handed in was, and the rest waits for its family. A visit that was merged away is none: what
 * was handed in stands in the other one. The view must hold students.
 */
export function isHeld(at: Standing, visitId: string, values: Values): boolean {
  const draft = at.drafts.get(visitId);
  if (draft === undefined || resolveAlias(at.view, visitId) !== visitId) return false;
  if (mayRecordIn(at.view, values) === "yes" || sendsAnything(draft, true)) return false;
  return at.own.has(visitId) || at.view.rows.has(`visit:${visitId}`);
}

/** Rows of visits one took part in stand in one's own scope. */
function isMine(at: Standing, visitId: string): boolean {
  const rows = at.view.rows.get(`visit:${visitId}`) ?? [];
  return at.own.has(visitId) || rows.some((row) => row.scope === `self:${at.view.person}`);
}

const MOST_FIRST: readonly Pending[] = ["需处理", "待上传", "草稿"];

/** By child, what of the person's own is not at the school yet; of several visits what is to be seen first. */
export async function pendingOf(view: View): Promise<ReadonlyMap<string, Pending>> {
  const [drafts, photos] = await Promise.all([listDrafts(view.person), photosOf(view.person)]);
  const at = standing(view, drafts, photos);
  const pending = answersGoing(view);
  for (const id of new Set([...at.needing, ...at.going, ...at.drafts.keys()])) {
    const ref = `visit:${id}` as const;
    const values = { ...shownIn(view, ref).values, ...at.drafts.get(id)?.values[ref] };
    const state = stateOf(at, id, values);
    if (state === null || state === "已送达" || textOf(values, "void_reason") !== null) continue;
    for (const child of [textOf(values, "student_id") ?? "", ...elements(values["also_for"])]) {
      const known = pending.get(child);
      if (known === undefined || MOST_FIRST.indexOf(state) < MOST_FIRST.indexOf(known)) pending.set(child, state);
    }
  }
  return pending;
}

/** Entries of a list of visits, newest first. The view must hold visits, students and conflicts. */
export async function entriesOf(view: View, wanted: (visit: Shown) => boolean): Promise<VisitEntry[]> {
  const [drafts, photos] = await Promise.all([listDrafts(view.person), photosOf(view.person)]);
  const at = standing(view, drafts, photos);
  const names = new Map(allOf(view, "student").map(({ ref, values }) => [splitRef(ref).id, textOf(values, "name")]));
  const visits = new Map(allOf(view, "visit").map((each) => [each.ref, each]));
  for (const draft of drafts) {
    const ref = `visit:${draft.id}` as const;
    visits.set(ref, {
      ref,
      rev: visits.get(ref)?.rev ?? 0,
      values: { ...visits.get(ref)?.values, ...draft.values[ref] },
    });
  }
  return [...visits.values()]
    .filter(wanted)
    .map((visit) => entryOf(at, visit, names))
    .sort(newestFirst);
}

function entryOf(at: Standing, visit: Shown, names: ReadonlyMap<string, string | null>): VisitEntry {
  const { id } = splitRef(visit.ref);
  const studentId = textOf(visit.values, "student_id");
  const state = stateOf(at, id, visit.values);
  return {
    id,
    studentId,
    classId: textOf(visit.values, "class_id"),
    studentName: names.get(studentId ?? "") ?? "",
    values: visit.values,
    state,
    held: isHeld(at, id, visit.values),
    mayRecord: mayRecordIn(at.view, visit.values),
    mayPhoto: mayPhotoIn(at.view, visit.values),
    mine: state !== null,
    late: lateIn(at.view, id, visit.values),
    photos: elements(visit.values["photos"]).length,
    photosMissing: elements(visit.values["missing_photos"]).length,
  };
}

function newestFirst(a: VisitEntry, b: VisitEntry): number {
  const day = (entry: VisitEntry): string => textOf(entry.values, "visit_date") ?? "";
  return day(b).localeCompare(day(a)) || b.id.localeCompare(a.id);
}
