/** What a person may decide about a conflict, and what each decision leads to. Pure. */
import { needsConsent } from "#worker/store/consent.ts";
import { ruleOf } from "#worker/store/fields.ts";
import { isEmpty } from "#worker/store/values.ts";
import type { Choice, ConflictEntry } from "#worker/store/types.ts";
import type { Labels } from "#pwa/components/labels.ts";
import type { Pieces } from "#pwa/components/differing.ts";
import { differingValues, isDay, isText } from "#pwa/components/value_words.ts";

const lastOf = (field: string): string => field.slice(field.lastIndexOf("/") + 1);

export type WrittenKind = "words" | "day" | "time" | "choice" | "promises";

/** How a third version of this field is written; null where there can be none. */
export function writtenKind(conflict: ConflictEntry, labels: Labels): WrittenKind | null {
  const { field, head, alternative } = conflict;
  if (ruleOf(conflict.record, field) === "once") return null;
  if (isText(field)) return "words";
  if (labels.choices(field).length > 0) return "choice";
  if (lastOf(field) === "promises") return "promises";
  if (isDay(head.value) || isDay(alternative.value)) return "day";
  return lastOf(field).startsWith("time_") ? "time" : null;
}

/** What the families have not agreed to be kept: a decision brings no words of it, it may only leave them or take them away. */
export const isWithheld = ({ mayRecord, record, field }: ConflictEntry): boolean =>
  mayRecord !== "yes" && needsConsent(record, field);

/** The decisions that make sense for this field: a wrong student can only be kept as it stands, and mended by a new visit. */
export function choicesFor(conflict: ConflictEntry, labels: Labels): Choice[] {
  const rule = ruleOf(conflict.record, conflict.field);
  if (rule === "once") return ["head"];
  if (isWithheld(conflict)) return isEmpty(conflict.alternative.value) ? ["alternative", "head"] : ["head"];
  const both = rule === "set" || isText(conflict.field);
  const written = writtenKind(conflict, labels) !== null;
  return ["alternative", "head", ...(both ? (["both"] as const) : []), ...(written ? (["written"] as const) : [])];
}

/** Both sides in pieces, as a person reads them, with what differs marked. */
export function facesOf(conflict: ConflictEntry, names: ReadonlyMap<string, string>, labels: Labels): Pieces {
  const [mine, theirs] = [conflict.alternative.value, conflict.head.value];
  return differingValues(conflict.field, mine, theirs, names, labels);
}
