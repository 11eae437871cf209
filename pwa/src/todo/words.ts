/** Values and edits as a person reads them. Pure. */
import type { Choice, Edit, Json, Values } from "#worker/store/types.ts";
import { dateWord } from "#pwa/components/dates.ts";
import { textOf } from "#pwa/components/form.ts";
import type { Labels } from "#pwa/components/labels.ts";

const lastOf = (field: string): string => field.slice(field.lastIndexOf("/") + 1);

export const isDay = (value: Json): boolean => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);

export const CHOICE_WORDS: Readonly<Record<Choice, string>> = {
  alternative: "用这份",
  head: "用那份",
  both: "都留",
  written: "另写一份",
};

export interface WrittenWords {
  readonly label: string;
  readonly words: string;
}

/** What an edit says, field by field, as a person reads it; photos are counted, never named. */
export function editWords(edit: Edit, names: ReadonlyMap<string, string>, labels: Labels): WrittenWords[] {
  if (edit.op !== "edit") return decisionWords(edit);
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
        words: valueWords(field, [...ids], names, labels),
      })),
  );
  return [...said, ...sets];
}

function decisionWords({ op, args }: Edit): WrittenWords[] {
  if (op === "merge") return [{ label: "可能是同一次", words: "是，合并" }];
  const choice = CHOICE_WORDS[args["choice"] as Choice];
  const value = typeof args["value"] === "string" ? `：${args["value"]}` : "";
  return [{ label: "两份不同，您定的", words: `${choice}${value}` }];
}

/** A value as a person reads it. */
export function valueWords(field: string, value: Json, names: ReadonlyMap<string, string>, labels: Labels): string {
  if (value === null || value === "") return "（没写）";
  if (typeof value === "boolean") return value ? "是" : "否";
  if (Array.isArray(value)) return listWords(field, value, names, labels);
  if (typeof value === "object") return JSON.stringify(value);
  if (isDay(value)) return dateWord(String(value));
  return names.get(String(value)) ?? labels.code(field, String(value));
}

function listWords(field: string, value: readonly Json[], names: ReadonlyMap<string, string>, labels: Labels): string {
  if (value.length === 0) return "（没写）";
  if (field === "photos") return `${value.length} 张`;
  const between = lastOf(field) === "promises" ? "\n" : "、";
  return value.map((each) => elementWords(field, each, names, labels)).join(between);
}

function elementWords(field: string, value: Json, names: ReadonlyMap<string, string>, labels: Labels): string {
  if (value !== null && typeof value === "object") return Array.isArray(value) ? "" : promiseWords(value, labels);
  const text = String(value);
  return names.get(text) ?? labels.code(field, text);
}

/** One promise: who, what, until when, and whether it is done; all of it, since two versions may differ in any part. */
export function promiseWords(promise: Values, labels: Labels): string {
  const who = labels.code("who", promise["who"]);
  const due = isDay(promise["due"] ?? null) ? `（${dateWord(textOf(promise["due"]))}前）` : "";
  const done = promise["done"] === true ? "　已做到" : "";
  return `${who ? `${who}：` : ""}${textOf(promise["what"])}${due}${done}`;
}
