/** Values as a person reads them, and two of them in pieces that show what differs. Pure. */
import { ORDER_FIELD } from "#worker/store/photo_order.ts";
import type { Json, Values } from "#worker/store/types.ts";
import { elements, isEmpty, same } from "#worker/store/values.ts";
import { dateWord } from "./dates.ts";
import { differing, differingElements, whole, type Pieces } from "./differing.ts";
import { textOf } from "./form.ts";
import { LIMITS, type Labels } from "./labels.ts";

const lastOf = (field: string): string => field.slice(field.lastIndexOf("/") + 1);

export const isDay = (value: Json): boolean => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);

/** Whether the field holds a person's own words. */
export function isText(field: string): boolean {
  const last = lastOf(field);
  return (
    last in LIMITS || ["purpose_text", "team_note", "reflection", "extra_page", "text", "void_reason"].includes(last)
  );
}

/** Of whom this phone holds no name: a brother or sister in another class, a colleague who has left. */
const UNNAMED: Readonly<Record<string, string>> = {
  student_id: "别班的学生",
  also_for: "别班的学生",
  visitors: "一位同事",
  confirmed_by: "一位同事",
};

const nameOf = (field: string, value: string, names: ReadonlyMap<string, string>, labels: Labels): string =>
  names.get(value) ?? UNNAMED[lastOf(field)] ?? labels.code(field, value);

/** A value as a person reads it. */
export function valueWords(field: string, value: Json, names: ReadonlyMap<string, string>, labels: Labels): string {
  if (value === null || value === "") return "（没写）";
  if (typeof value === "boolean") return value ? "是" : "否";
  if (Array.isArray(value)) return listWords(field, value, names, labels);
  if (typeof value === "object") return JSON.stringify(value);
  if (isDay(value)) return dateWord(String(value));
  return nameOf(field, String(value), names, labels);
}

function listWords(field: string, value: readonly Json[], names: ReadonlyMap<string, string>, labels: Labels): string {
  if (value.length === 0) return "（没写）";
  if (field === "photos") return `${value.length} 张`;
  if (field === ORDER_FIELD) return `${value.length} 张换了前后`;
  const between = lastOf(field) === "promises" ? "\n" : "、";
  return value.map((each) => elementWords(field, each, names, labels)).join(between);
}

function elementWords(field: string, value: Json, names: ReadonlyMap<string, string>, labels: Labels): string {
  if (value !== null && typeof value === "object") return Array.isArray(value) ? "" : promiseWords(value, labels);
  const text = String(value);
  return nameOf(field, text, names, labels);
}

/** One promise: who, what, until when, and whether it is done; all of it, since two versions may differ in any part. */
export function promiseWords(promise: Values, labels: Labels): string {
  const who = labels.code("who", promise["who"]);
  const due = isDay(promise["due"] ?? null) ? `（${dateWord(textOf(promise["due"]))}前）` : "";
  const done = promise["done"] === true ? "　已做到" : "";
  return `${who ? `${who}：` : ""}${textOf(promise["what"])}${due}${done}`;
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
  if (!isList || field === "photos" || field === ORDER_FIELD) return [whole(a), whole(b)];
  const words = (value: Json): string[] =>
    isEmpty(value) ? ["（没写）"] : elements(value).map((each) => valueWords(field, each, names, labels));
  return differingElements(words(left), words(right));
}

const plain = (text: string): Pieces[0] => [{ text, differs: false }];
