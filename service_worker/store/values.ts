/** Comparing values of fields, and telling what a form changed. Pure. */
import { splitRef } from "../ids.ts";
import type { Change, Edit, Members } from "../api/wire.ts";
import { ruleOf } from "./fields.ts";
import type { Json, RecordRef, Values } from "./types.ts";

/** JSON with sorted keys and no spaces: equal texts are equal values. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const pairs = Object.keys(value).sort();
    return `{${pairs.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** Nothing written: null, "" and [] are the same. */
export const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

export const same = (a: Json | undefined, b: Json | undefined): boolean =>
  (isEmpty(a) && isEmpty(b)) || canonical(a ?? null) === canonical(b ?? null);

/** The elements of a set as it stands in a row or a form. */
export const elements = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];

/** What one record's form changed; null if nothing. */
export function difference(ref: RecordRef, opened: Values, now: Values): Pick<Edit, "changes" | "members"> | null {
  const changes: Record<string, Change> = {};
  const members: Record<string, Members> = {};
  for (const field of new Set([...Object.keys(opened), ...Object.keys(now)])) {
    if (lostElement(field, now)) continue;
    const rule = ruleOf(ref, field);
    if (rule === "set") {
      const moved = membership(elements(opened[field]), elements(now[field]));
      if (moved) members[field] = moved;
    } else if (rule !== null && !same(opened[field], now[field])) {
      changes[field] = { old: opened[field] ?? null, new: now[field] ?? null };
    }
  }
  const written = Object.keys(changes).length + Object.keys(members).length;
  return written > tiesOnly(ref, changes) ? { changes, members } : null;
}

/** A record that only names its visit says nothing yet. */
const tiesOnly = (ref: RecordRef, changes: Readonly<Record<string, Change>>): number =>
  splitRef(ref).kind !== "visit" && "visit_id" in changes ? 1 : 0;

function membership(before: readonly string[], after: readonly string[]): Members | null {
  const add = after.filter((each) => !before.includes(each));
  const remove = before.filter((each) => !after.includes(each));
  return add.length + remove.length > 0 ? { add, remove } : null;
}

/** A field of an element ("photos/<sha256>/caption") that is no longer in its set goes with the element. */
export function lostElement(field: string, now: Values): boolean {
  const [set, element] = field.split("/");
  return element !== undefined && set !== undefined && !elements(now[set]).includes(element);
}

/** The record's values with an edit on top: as the server would merge it were nobody else writing. */
export function withEdit(values: Values, edit: Edit): Values {
  const next: Record<string, Json> = { ...values };
  for (const [field, change] of Object.entries(edit.changes)) next[field] = change.new;
  for (const [field, moved] of Object.entries(edit.members)) {
    const kept = elements(next[field]).filter((each) => !moved.remove.includes(each));
    next[field] = [...kept, ...moved.add.filter((each) => !kept.includes(each))];
  }
  return next;
}
