/** What the server will make of two values, and of two records of one visit. Pure; the same cases test both sides. */
import { ruleOf } from "./fields.ts";
import type { Choice, ConflictEntry, Json, RecordRef, Values } from "./types.ts";
import { elements, isEmpty, same } from "./values.ts";

/** Both values: texts one under the other, sets united. What has no common whole stays as the first has it. */
export function join(head: Json, alternative: Json): Json {
  if (isEmpty(head)) return alternative;
  if (isEmpty(alternative) || same(head, alternative)) return head;
  if (typeof head === "string" && typeof alternative === "string") return `${head}\n${alternative}`;
  return Array.isArray(head) && Array.isArray(alternative) ? unite(head, alternative) : head;
}

const unite = (one: Json, other: Json): string[] => [...new Set([...elements(one), ...elements(other)])];

/** The value that stands after a decision. */
export function chosen(conflict: Pick<ConflictEntry, "head" | "alternative">, choice: Choice, written: Json): Json {
  if (choice === "written") return written;
  if (choice === "both") return join(conflict.head.value, conflict.alternative.value);
  return conflict[choice].value;
}

export interface Merged {
  readonly values: Values;
  /** Fields in which both wrote something else: a person settles them afterwards. */
  readonly clashes: readonly { readonly field: string; readonly head: Json; readonly alternative: Json }[];
}

/** Fields that describe one record, not the visit: they stay as the record that stays has them. */
const OF_THE_RECORD: ReadonlySet<string> = new Set(["student_id", "class_id", "void_reason"]);

/** Merge a duplicate into the record that stays: sets unite, nothing takes the other's, what differs is kept twice. */
export function mergeRecords(ref: RecordRef, winner: Values, loser: Values): Merged {
  const values: Record<string, Json> = { ...winner };
  const clashes: Merged["clashes"][number][] = [];
  for (const [field, theirs] of Object.entries(loser)) {
    const rule = ruleOf(ref, field);
    const ours = values[field] ?? null;
    if (rule === null || OF_THE_RECORD.has(field) || isEmpty(theirs) || same(ours, theirs)) continue;
    if (rule === "set") values[field] = unite(ours, theirs);
    else if (isEmpty(ours)) values[field] = theirs;
    else clashes.push({ field, head: ours, alternative: theirs });
  }
  return { values, clashes };
}

/** What becomes of one field: alike in both · only one has it · sets that unite · two values, to be settled afterwards. */
export type Fate = "alike" | "one" | "united" | "clash";

export interface MergedField {
  readonly field: string;
  readonly fate: Fate;
  readonly ours: Json;
  readonly theirs: Json;
  /** What stands afterwards; for a clash, until it is settled. */
  readonly after: Json;
}

/** A merge field by field, before it is asked for. `theirAuthor` takes part in the visit that stays. */
export function mergePreview(ref: RecordRef, ours: Values, theirs: Values, theirAuthor: string | null): MergedField[] {
  const { values, clashes } = mergeRecords(ref, ours, theirs);
  const clashing = new Set(clashes.map((each) => each.field));
  const fields = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...fields]
    .filter((field) => ruleOf(ref, field) !== null && !OF_THE_RECORD.has(field) && field !== "not_duplicate_of")
    .map((field): MergedField => {
      const [our, their] = [ours[field] ?? null, theirs[field] ?? null];
      const joined = field === "visitors" && theirAuthor !== null ? unite(values[field] ?? null, [theirAuthor]) : null;
      const after = joined ?? values[field] ?? null;
      const grows = joined !== null && !same(joined, our); // their author joins in, whatever the two sets say
      const fate = clashing.has(field) ? "clash" : grows ? "united" : fateOf(our, their);
      return { field, fate, ours: our, theirs: their, after };
    })
    .filter(({ ours: our, theirs: their }) => !isEmpty(our) || !isEmpty(their));
}

function fateOf(ours: Json, theirs: Json): Fate {
  if (same(ours, theirs)) return "alike";
  return isEmpty(ours) || isEmpty(theirs) ? "one" : "united";
}
