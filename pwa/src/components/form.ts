/** The form's parts and what is still missing of them. Pure: it never refuses anything, it only tells. */
import { today } from "#worker/ids.ts";
import type { Draft, Json, Values } from "#worker/store/types.ts";
import { elements, isEmpty } from "#worker/store/values.ts";
import type { Labels } from "./labels.ts";

export interface Part {
  readonly id: "facts" | "child" | "agreed";
  readonly numeral: string;
  readonly title: string;
  readonly fields: readonly string[];
}

/** The parts of 《家访手记》 that this form asks, by the numerals of the notice. */
export const PARTS: readonly Part[] = [
  {
    id: "facts",
    numeral: "一",
    title: "基本情况",
    fields: [
      "student_id",
      "also_for",
      "visit_date",
      "time_start",
      "time_end",
      "visit_form",
      "visit_type",
      "visit_result",
      "rescheduled_to",
      "offered",
      "place_kind",
      "respondents",
      "visitors",
    ],
  },
  {
    id: "child",
    numeral: "三",
    title: "学生情况",
    fields: ["strengths", "at_school", "at_home", "growth_env", "child_voice", "issues"],
  },
  { id: "agreed", numeral: "四", title: "商定的措施", fields: ["consensus", "parent_part", "promises"] },
];

export interface Missing {
  readonly field: string;
  readonly part: Part["id"];
}

/** The name of what is missing. */
export const missingLabel = ({ field }: Missing, labels: Labels): string =>
  field === "agreed_on_spot" ? "照片是否征得同意" : labels.field(field);

const ALWAYS = ["student_id", "visit_date", "visit_form", "visit_type", "visit_result", "visitors"] as const;

/** What the form asks of this visit and does not have yet, in the form's order. */
export function missingOf(visit: Values): Missing[] {
  const asked: string[] = [...ALWAYS];
  if (visit["visit_form"] === "agreed_place") asked.push("place_kind");
  if (visit["visit_result"] === "rescheduled") asked.push("rescheduled_to");
  if (visit["visit_result"] === "declined") asked.push("offered");
  if (visit["visit_result"] === "done") {
    asked.push("respondents", "strengths");
    if (!isEmpty(visit["issues"])) asked.push("consensus");
  }
  const missing = asked.filter((field) => isEmpty(visit[field])).map(entryOf);
  const unsure = elements(visit["photos"]).filter((sha256) => visit[`photos/${sha256}/agreed_on_spot`] !== true);
  const photos: Missing[] = unsure.length > 0 ? [{ field: "agreed_on_spot", part: "agreed" }] : [];
  return [...PARTS.flatMap((part) => missing.filter((each) => each.part === part.id)), ...photos];
}

function entryOf(field: string): Missing {
  const part = PARTS.find((each) => each.fields.includes(field));
  return { field, part: part?.id ?? "facts" };
}

export type PartState = "done" | "left" | "optional";

/** Only part 一 is asked for a visit that did not take place. */
export const asksStory = (visit: Values): boolean => isEmpty(visit["visit_result"]) || visit["visit_result"] === "done";

export function partState(part: Part, values: Values, missing: readonly Missing[] = missingOf(values)): PartState {
  if (missing.some((each) => each.part === part.id && each.field !== "agreed_on_spot")) return "left";
  return part.fields.some((field) => !isEmpty(values[field])) ? "done" : "optional";
}

/** A draft's visit with its private part beside it: as the form shows them. */
export function formValues(draft: Pick<Draft, "id" | "values">): Values {
  return { ...draft.values[`visit:${draft.id}`], ...draft.values[`visit_private:${draft.id}`] };
}

/** Fields of the record that fewer may see. */
export const PRIVATE_FIELDS: ReadonlySet<string> = new Set(["growth_env", "child_voice"]);

export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** A day that has not come yet cannot be a visit's. */
export const inFuture = (day: string): boolean => day > today();
