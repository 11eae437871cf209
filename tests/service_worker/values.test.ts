import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FIELDS } from "#worker/store/fields.ts";
import { difference, elements, same, withEdit } from "#worker/store/values.ts";
import type { Edit, Json, Values } from "#worker/store/types.ts";

const TEXT = fc.oneof(fc.constant(null), fc.constant(""), fc.string());
const SET = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));
const FORM: fc.Arbitrary<Values> = fc.record(
  {
    at_home: TEXT,
    issues: TEXT,
    promises: fc.array(fc.record({ who: fc.string(), what: fc.string() })),
    visitors: SET,
  },
  { requiredKeys: [] },
);

const asEdit = (part: Pick<Edit, "changes" | "members">): Edit => ({
  ...{ id: "e", record: "visit:v", after: null, op: "edit", v: 1, made_at: "", args: {} },
  ...part,
});

const fieldsOf = (...all: Values[]): Set<string> => new Set(all.flatMap((each) => Object.keys(each)));
const sorted = (value: Json | undefined): string[] => elements(value).sort();

test("what a form changed, laid on what it showed, is what it shows", () => {
  fc.assert(
    fc.property(FORM, FORM, (opened, now) => {
      const changed = difference("visit:v", opened, now);
      const laid = changed ? withEdit(opened, asEdit(changed)) : opened;
      for (const field of fieldsOf(opened, now)) {
        if (field === "visitors") expect(sorted(laid[field])).toEqual(sorted(now[field]));
        else expect(same(laid[field], now[field])).toBe(true);
      }
    }),
  );
});

test("a form that shows what it showed has changed nothing", () => {
  fc.assert(fc.property(FORM, (form) => difference("visit:v", form, { ...form }) === null));
});

test("null, an empty text and an empty list are the same", () => {
  expect(difference("visit:v", { at_home: null, promises: [] }, { at_home: "", promises: null })).toBeNull();
});

test("fields that the server writes are never part of an edit", () => {
  expect(difference("visit:v", {}, { missing_photos: ["aa"], class_id: "c1" })).toBeNull();
});

test("every field of every kind is merged as the school's server takes it to be", () => {
  const file = join(import.meta.dirname, "../contract/form/fields.json");
  expect(FIELDS).toEqual(JSON.parse(readFileSync(file, "utf8")));
});
