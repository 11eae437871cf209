/** What a person may decide about a conflict, and what each decision leads to. Pure. */
import { ruleOf } from "#worker/store/fields.ts";
import type { Choice, ConflictEntry, Json } from "#worker/store/types.ts";
import { elements, isEmpty, same } from "#worker/store/values.ts";
import { LIMITS, type Labels } from "#pwa/components/labels.ts";
import { differing, differingElements, whole, type Pieces } from "./differing.ts";
import { isDay, valueWords } from "./words.ts";

const lastOf = (field: string): string => field.slice(field.lastIndexOf("/") + 1);

/** Whether the field holds a person's own words. */
export function isText(field: string): boolean {
  const last = lastOf(field);
  return (
    last in LIMITS || ["purpose_text", "team_note", "reflection", "extra_page", "text", "void_reason"].includes(last)
  );
}

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

/** The decisions that make sense for this field: a wrong student can only be kept as it stands, and mended by a new visit. */
export function choicesFor(conflict: ConflictEntry, labels: Labels): Choice[] {
  const rule = ruleOf(conflict.record, conflict.field);
  if (rule === "once") return ["head"];
  const both = rule === "set" || isText(conflict.field);
  const written = writtenKind(conflict, labels) !== null;
  return ["alternative", "head", ...(both ? (["both"] as const) : []), ...(written ? (["written"] as const) : [])];
}

/** Both sides in pieces, as a person reads them, with what differs marked. */
export function facesOf(conflict: ConflictEntry, names: ReadonlyMap<string, string>, labels: Labels): Pieces {
  const [mine, theirs] = [conflict.alternative.value, conflict.head.value];
  return differingValues(conflict.field, mine, theirs, names, labels);
}

/** Two values of one field in pieces. */
export function differingValues(
  field: string,
  left: Json,
  right: Json,
  names: ReadonlyMap<string, string>,
  labels: Labels,
): Pieces {
  const [a, b] = [valueWords(field, left, names, labels), valueWords(field, right, names, labels)];
  if (same(left, right)) return [plain(a), plain(b)];
  if (lastOf(field) === "promises" || (isText(field) && !isEmpty(left) && !isEmpty(right))) return differing(a, b);
  const isList = Array.isArray(left) || Array.isArray(right);
  if (!isList || field === "photos") return [whole(a), whole(b)];
  const words = (value: Json): string[] =>
    isEmpty(value) ? ["（没写）"] : elements(value).map((each) => valueWords(field, each, names, labels));
  return differingElements(words(left), words(right));
}

const plain = (text: string): Pieces[0] => [{ text, differs: false }];
