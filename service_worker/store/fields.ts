/**
 * The fields of 家访手记 by kind of record and how each is merged (docs/protocol.md): a `set` is merged element by element,
 * a `once` field is written once, everything else is a plain value that is replaced whole. Choices and labels are the
 * school's and come with the campaign row; here stands only what an edit must know.
 */
import { splitRef } from "../ids.ts";
import type { RecordRef } from "./types.ts";

export type FieldRule = "value" | "set" | "once";

type Rules = Readonly<Record<string, FieldRule>>;

const VISIT: Rules = {
  student_id: "once",
  also_for: "set",
  visit_date: "value",
  time_start: "value",
  time_end: "value",
  visit_form: "value",
  visit_type: "value",
  visit_result: "value",
  rescheduled_to: "value",
  offered: "set",
  visitors: "set",
  confirmed_by: "set",
  respondents: "set",
  place_kind: "value",
  purpose: "set",
  purpose_text: "value",
  face_four: "set",
  bring_seven: "set",
  strengths: "value",
  at_school: "value",
  at_home: "value",
  issues: "value",
  consensus: "value",
  parent_part: "value",
  promises: "value", // a list of small objects: one value
  team_note: "value",
  follow_up_on: "value",
  photos: "set",
  photo_order: "value", // an order that a person made; see photo_order.ts
  pledge: "value",
  tickets: "set", // written where a code is shown (tickets.ts), never by the form
  void_reason: "value",
  not_duplicate_of: "set",
};

export const FIELDS: Readonly<Record<string, Rules>> = {
  visit: VISIT,
  visit_private: { growth_env: "value", child_voice: "value" },
  reflection: {
    visit_id: "once",
    reflection: "value",
    extra_page: "value",
    nominate: "value",
    gift_declined: "value",
    no_opinion: "value",
  },
  opinion: {
    visit_id: "once",
    text: "value",
    from: "value",
    kind: "value",
    about_staff: "value",
    pass_on: "value",
  },
};

/** Fields of one photo, under the path `photos/<sha256>/<field>`. */
export const PHOTO_FIELDS = ["caption", "use", "agreed_on_spot"] as const;

export const photoPath = (sha256: string, field: (typeof PHOTO_FIELDS)[number]): string => `photos/${sha256}/${field}`;

/** What the server writes into a row by itself; never part of an edit. */
const SERVER_FIELDS = new Set([
  "id",
  "class_id",
  "rev",
  "author_id",
  "created_by",
  "missing_photos",
  "possible_duplicates",
  "incomplete",
  "merged_into",
  "received_at",
  "late_entry",
]);

/** How a field of a record is merged; null if it is not a teacher's to write. A field this version does not know is a value. */
export function ruleOf(ref: RecordRef, field: string): FieldRule | null {
  if (SERVER_FIELDS.has(field)) return null;
  return FIELDS[splitRef(ref).kind]?.[field] ?? "value";
}

/** Kinds written together with a visit; the first edit of each follows the person's latest edit of the visit. */
export const COMPANIONS: ReadonlySet<string> = new Set(["visit_private", "reflection", "opinion"]);

/** Kinds with an id of their own, tied to their visit by `visit_id`. */
export const TIED_BY_FIELD: ReadonlySet<string> = new Set(["reflection", "opinion"]);
