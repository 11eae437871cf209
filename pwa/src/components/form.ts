/** The form's parts and what is still missing of them. Pure: it never refuses anything, it only tells. */
import { today } from "#worker/ids.ts";
import type { Json, Values } from "#worker/store/types.ts";
import { elements, isEmpty } from "#worker/store/values.ts";
import type { Labels } from "./labels.ts";

export interface Part {
  readonly id: "facts" | "purpose" | "child" | "agreed" | "opinions" | "again" | "thoughts" | "five_no";
  readonly numeral: string;
  readonly title: string;
  readonly fields: readonly string[];
  /** Whether the form asks this part of this visit; always, where nothing is said. */
  readonly asked?: (form: Values, person: string) => boolean;
}

/** Whether what was said in the visit may be written down, as far as its family was heard. */
export const keepsWords = (form: Values): boolean => form["may_record"] !== "no";

/** Only part 一 is asked for a visit that did not take place, or of a family that does not want its words kept. */
export const asksStory = (form: Values): boolean => keepsWords(form) && tookPlace(form);

/** It took place, or nothing else was said yet. */
export const tookPlace = (form: Values): boolean => isEmpty(form["visit_result"]) || form["visit_result"] === "done";

/** 登门访问; 家长婉拒, where the visit did not take place. */
export const howWords = (form: Values, labels: Labels): string =>
  tookPlace(form) ? labels.code("visit_form", form["visit_form"]) : labels.code("visit_result", form["visit_result"]);

/** What a visit has to have is asked of it once its family has agreed; a form that does not say is of one that has. */
const mayAsk = (form: Values): boolean => isEmpty(form["may_record"]) || form["may_record"] === "yes";

const FACE_TO_FACE: ReadonlySet<Json | undefined> = new Set(["home", "agreed_place", "at_school"]);
export const isFaceToFace = (form: Values): boolean => FACE_TO_FACE.has(form["visit_form"]);

/** Before the school has answered, a visit has no author on this phone: it is one's own. */
export const isAuthor = (form: Values, person: string): boolean =>
  isEmpty(form["author_id"]) || form["author_id"] === person;

export const tookPart = (form: Values, person: string): boolean =>
  isAuthor(form, person) || elements(form["visitors"]).includes(person);

/** Where no words are kept, a declined gift still is: it is for the teacher's own protection. */
export const asksGiftOnly = (form: Values, person: string): boolean =>
  !keepsWords(form) && tookPlace(form) && tookPart(form, person) && isFaceToFace(form);

/** What only those who were there can say. */
const asksOwn = (form: Values, person: string): boolean => asksStory(form) && tookPart(form, person);

/** The parts of 《家访手记》, by the numerals and in the order of the notice. */
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
    id: "purpose",
    numeral: "二",
    title: "家访目的",
    fields: ["purpose", "purpose_text", "face_four", "bring_seven"],
    asked: asksStory,
  },
  {
    id: "child",
    numeral: "三",
    title: "学生情况",
    fields: ["strengths", "at_school", "at_home", "growth_env", "child_voice", "issues"],
    asked: asksStory,
  },
  {
    id: "agreed",
    numeral: "四",
    title: "商定的措施",
    fields: ["consensus", "parent_part", "promises", "team_note"],
    asked: asksStory,
  },
  { id: "opinions", numeral: "五", title: "意见建议", fields: ["opinions", "no_opinion"], asked: asksOwn },
  { id: "again", numeral: "六", title: "回访和图片", fields: ["follow_up_on", "photos"], asked: asksStory },
  {
    id: "thoughts",
    numeral: "七",
    title: "家访体会",
    fields: ["reflection", "extra_page", "nominate"],
    asked: asksOwn,
  },
  {
    id: "five_no",
    numeral: "八",
    title: "五不准",
    fields: ["pledge", "gift_declined"],
    asked: (form, person) => asksOwn(form, person) && isFaceToFace(form),
  },
];

/** The parts that the form asks of this visit, written by this person. */
export const partsOf = (form: Values, person: string): Part[] =>
  PARTS.filter((part) => part.asked?.(form, person) ?? true);

export interface Missing {
  readonly field: string;
  readonly part: Part["id"];
}

const NAMED: Readonly<Record<string, string>> = { agreed_on_spot: "照片是否征得同意", opinions: "意见建议" };

/** The name of what is missing. */
export const missingLabel = ({ field }: Missing, labels: Labels): string => NAMED[field] ?? labels.field(field);

/** How face_four is called where nobody met face to face: then it is not asked for. */
export const fourLabel = (form: Values, labels: Labels): string =>
  isFaceToFace(form) || isEmpty(form["visit_form"]) ? labels.field("face_four") : "沟通内容";

/**
 * What the form asks of this visit and does not have yet, in the form's order: what the school's server calls incomplete
 * (tests/contract/form), and beside it what only this phone knows: the opinions of the visit's author, and each photo's consent.
 */
export function missingOf(form: Values, person = ""): Missing[] {
  const missing = new Set(required(form).filter((field) => isEmpty(form[field]) || form[field] === false));
  if (form["visit_result"] === "done" && mayAsk(form) && isAuthor(form, person) && !hasOpinions(form))
    missing.add("opinions");
  const entries = PARTS.flatMap(({ id, fields }) =>
    fields.filter((field) => missing.has(field)).map((field): Missing => ({ field, part: id })),
  );
  const unsure = elements(mayAsk(form) ? form["photos"] : []).filter(
    (sha256) => form[`photos/${sha256}/agreed_on_spot`] !== true,
  );
  return unsure.length > 0 ? [...entries, { field: "agreed_on_spot", part: "again" }] : entries;
}

function required(form: Values): string[] {
  const asked = ["student_id", "visit_date", "visit_form", "visit_type", "visit_result", "visitors"];
  if (form["visit_result"] === "rescheduled") asked.push("rescheduled_to");
  if (form["visit_result"] === "declined") asked.push("offered");
  if (form["visit_result"] === "done" && mayAsk(form)) {
    asked.push("respondents", "purpose", "strengths");
    if (isFaceToFace(form)) asked.push("face_four", "pledge");
    if (form["visit_form"] === "agreed_place") asked.push("place_kind");
    if (!isEmpty(form["issues"])) asked.push("consensus");
  }
  return asked;
}

/** What the family said is written down, or that they said nothing. */
export const hasOpinions = (form: Values): boolean =>
  form["no_opinion"] === true || elements(form["opinions"]).some((id) => !isEmpty(form[`opinions/${id}/text`]));

export type PartState = "done" | "left" | "optional";

export function partState(part: Part, values: Values, missing: readonly Missing[] = missingOf(values)): PartState {
  if (missing.some((each) => each.part === part.id && each.field !== "agreed_on_spot")) return "left";
  return part.fields.some((field) => saysSomething(values[field])) ? "done" : "optional";
}

/** A tick that was taken back and a promise without words say nothing. */
const saysSomething = (value: Json | undefined): boolean =>
  Array.isArray(value)
    ? value.some((each) => typeof each === "string" || (isObject(each) && !isEmpty(each["what"])))
    : !isEmpty(value) && value !== false;

const isObject = (value: Json): value is Values => value !== null && typeof value === "object" && !Array.isArray(value);

export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** A day that has not come yet cannot be a visit's. */
export const inFuture = (day: string): boolean => day > today();
