/** What a family lets the school write down. Without its consent only day, form and result leave the phone; the words wait here. */
import { splitRef } from "../ids.ts";
import { tellChanged } from "./changes.ts";
import { writeOutbox } from "./db.ts";
import { ruleOf } from "./fields.ts";
import { noteDecided } from "./decided.ts";
import { append, QUEUE_STORES } from "./queue.ts";
import { storeText } from "./room.ts";
import { isEmpty } from "./values.ts";
import type { Draft, MayRecord, RecordRef, Values } from "./types.ts";

/** What a guardian answered, as a teacher heard it or has it on paper. */
export interface Answer {
  readonly record: "yes" | "no";
  readonly who: "father" | "mother" | "other_guardian";
  readonly channel: "oral" | "paper";
}

/** What of a visit's records is handed in without consent: the server keeps the same (tests/contract/form/kept.json). */
export const KEPT: Readonly<Record<string, ReadonlySet<string>>> = {
  visit: new Set([
    "student_id",
    "class_id",
    "also_for",
    "visit_date",
    "visit_form",
    "visit_type",
    "visit_result",
    "rescheduled_to",
    "offered",
    "visitors",
    "confirmed_by",
    "tickets",
    "void_reason",
    "not_duplicate_of",
  ]),
  visit_private: new Set(),
  reflection: new Set(["visit_id", "gift_declined"]), // what the teacher keeps for their own protection
  opinion: new Set(["visit_id"]),
};

/**
 * What may be written, from the school's row and the same with own edits on top. A refusal stands until the school has heard
 * of a change: it may be another guardian's. A row that says nothing was never asked about.
 */
export const mayRecordOf = (row: Values, shown: Values): MayRecord => {
  const said = row["may_record"] === "no" ? "no" : shown["may_record"];
  return said === "yes" || said === "no" ? said : "unknown";
};

const LEAST_FIRST: readonly MayRecord[] = ["no", "unknown"];

/** What a visit may hold, from what the families of the children it tells of let the school write down: the least of it. */
export const leastOf = (said: readonly MayRecord[]): MayRecord =>
  LEAST_FIRST.find((each) => said.includes(each)) ?? "yes";

/**
 * Write down a guardian's answer: it counts on this phone at once, but against a refusal only when the school says so. It
 * belongs to the child, whether or not there is a visit yet.
 *
 * @throws NoRoom; then nothing was written
 */
export async function noteConsent(
  person: string,
  of: { readonly studentId: string; readonly classId: string | null },
  { record, who, channel }: Answer,
): Promise<void> {
  await noteDecided(person);
  const changes = {
    may_record: { old: null, new: record },
    who: { old: null, new: who },
    channel: { old: null, new: channel },
  };
  const edit = { record: `student:${of.studentId}` as RecordRef, op: "edit" as const, changes, members: {}, args: {} };
  await storeText(() =>
    writeOutbox(QUEUE_STORES, (tx) => append(tx, person, { ...edit, visitId: null, classId: of.classId })),
  );
  tellChanged("outbox");
}

/** Whether a field, or one of an element ("photos/<sha256>/caption"), holds what is only kept with consent. */
export const needsConsent = (ref: RecordRef, field: string): boolean =>
  KEPT[splitRef(ref).kind]?.has(field.split("/")[0] ?? "") === false;

/** Whether a visit holds anything that is only kept with consent. */
export const holdsWords = (visit: Values): boolean =>
  Object.entries(visit).some(
    ([field, value]) => ruleOf("visit:", field) !== null && needsConsent("visit:", field) && !isEmpty(value),
  );

/** The part of a draft that may be handed in without consent: all else stands as it was opened. */
export function factsOf(draft: Draft): Draft {
  const refs = Object.keys(draft.values) as RecordRef[];
  const values = refs.map((ref) => {
    const kept = KEPT[splitRef(ref).kind];
    const now = Object.entries(draft.values[ref] ?? {}).filter(([field]) => kept?.has(field));
    return [ref, { ...draft.opened[ref], ...Object.fromEntries(now) }] as const;
  });
  return { ...draft, values: Object.fromEntries(values) };
}

/** The draft once its facts were handed in: they are what the form shows now, and all else waits. */
export const waitingAfter = (draft: Draft, facts: Draft): Draft => ({
  ...draft,
  opened: { ...draft.opened, ...facts.values },
});
