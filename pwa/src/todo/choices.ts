/** What a person may decide about a conflict, and what each decision leads to. Pure. */
import { ruleOf } from "#worker/store/fields.ts";
import type { Choice } from "#worker/store/decisions.ts";
import type { ConflictEntry, Edit, Json, Values } from "#worker/store/types.ts";
import { elements } from "#worker/store/values.ts";
import { dateWord } from "#pwa/components/dates.ts";
import { textOf } from "#pwa/components/form.ts";
import { LIMITS, type Labels } from "#pwa/components/labels.ts";

const lastOf = (field: string): string => field.slice(field.lastIndexOf("/") + 1);

const isDay = (value: Json): boolean => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);

/** Whether the field holds a person's own words. */
export function isText(field: string): boolean {
  const last = lastOf(field);
  return (
    last in LIMITS || ["purpose_text", "team_note", "reflection", "extra_page", "text", "void_reason"].includes(last)
  );
}

/** The decisions that make sense for this field: a wrong student can only be kept as it stands, and mended by a new visit. */
export function choicesFor(conflict: ConflictEntry, labels: Labels): Choice[] {
  const rule = ruleOf(conflict.record, conflict.field);
  if (rule === "once") return ["head"];
  const both = rule === "set" || isText(conflict.field);
  const written = isText(conflict.field) || isDay(conflict.head.value) || labels.choices(conflict.field).length > 0;
  return ["alternative", "head", ...(both ? (["both"] as const) : []), ...(written ? (["written"] as const) : [])];
}

/** The value that stands after the decision, as the server will make it. */
export function settled(conflict: ConflictEntry, choice: Choice, written: Json): Json {
  if (choice === "head") return conflict.head.value;
  if (choice === "alternative") return conflict.alternative.value;
  if (choice === "written") return written;
  const { value: head } = conflict.head;
  const { value: other } = conflict.alternative;
  if (Array.isArray(head) || Array.isArray(other)) return [...new Set([...elements(head), ...elements(other)])];
  return [head, other].filter((text): text is string => typeof text === "string" && text !== "").join("\n");
}

export interface WrittenWords {
  readonly label: string;
  readonly words: string;
}

/** What an edit says, field by field, as a person reads it; photos are counted, never named. */
export function editWords(edit: Edit, names: ReadonlyMap<string, string>, labels: Labels): WrittenWords[] {
  const said = Object.entries(edit.changes)
    .filter(([field]) => field !== "visit_id")
    .map(([field, change]) => ({
      label: labels.field(field),
      words: valueWords(field, change.new, names, labels),
    }));
  const sets = Object.entries(edit.members).flatMap(([field, { add, remove }]) =>
    (
      [
        ["添", add],
        ["去", remove],
      ] as const
    )
      .filter(([, ids]) => ids.length > 0)
      .map(([way, ids]) => ({
        label: `${labels.field(field)}（${way}）`,
        words: field === "photos" ? `${ids.length} 张` : valueWords(field, [...ids], names, labels),
      })),
  );
  return [...said, ...sets];
}

/** A value as a person reads it. */
export function valueWords(field: string, value: Json, names: ReadonlyMap<string, string>, labels: Labels): string {
  if (value === null || value === "") return "（没写）";
  if (typeof value === "boolean") return value ? "是" : "否";
  if (Array.isArray(value))
    return value.map((each) => elementWords(field, each, names, labels)).join("、") || "（没写）";
  if (typeof value === "object") return JSON.stringify(value);
  if (isDay(value)) return dateWord(String(value));
  return names.get(String(value)) ?? labels.code(field, String(value));
}

function elementWords(field: string, value: Json, names: ReadonlyMap<string, string>, labels: Labels): string {
  if (value !== null && typeof value === "object") return Array.isArray(value) ? "" : promiseWords(value, labels);
  const text = String(value);
  return names.get(text) ?? labels.code(field, text);
}

/** One promise: who, what, until when, and whether it is done; all of it, since two versions may differ in any part. */
function promiseWords(promise: Values, labels: Labels): string {
  const who = labels.code("who", promise["who"]);
  const due = isDay(promise["due"] ?? null) ? `（${dateWord(textOf(promise["due"]))}前）` : "";
  const done = promise["done"] === true ? "　已做到" : "";
  return `${who ? `${who}：` : ""}${textOf(promise["what"])}${due}${done}`;
}
