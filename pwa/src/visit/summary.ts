/** What a folded part shows: its content, not only its name. Pure. */
import type { Values } from "#worker/store/types.ts";
import { elements } from "#worker/store/values.ts";
import { dateWord } from "#pwa/components/dates.ts";
import { keepsWords, textOf, type Part } from "#pwa/components/form.ts";
import type { Labels } from "#pwa/components/labels.ts";
import { promisesOf } from "./promises.ts";

type Teller = (form: Values, labels: Labels) => string[];

const texts = (form: Values, fields: readonly string[]): string[] => fields.map((field) => textOf(form[field]));

/** The short words of chosen chips. */
const chosen = (form: Values, labels: Labels, field: string): string => {
  const short = new Map(labels.choices(field).map((each) => [each.code, each.short ?? each.label]));
  return elements(form[field])
    .map((code) => short.get(code) ?? code)
    .join("、");
};

const TELLERS: Readonly<Record<Part["id"], Teller>> = {
  facts: (form, labels) => [factsWords(form, labels)],
  purpose: (form, labels) => [
    chosen(form, labels, "purpose"),
    textOf(form["purpose_text"]),
    chosen(form, labels, "face_four"),
    chosen(form, labels, "bring_seven"),
  ],
  child: (form) => texts(form, ["strengths", "at_school", "at_home", "growth_env", "child_voice", "issues"]),
  agreed: (form) => [
    ...texts(form, ["consensus", "parent_part"]),
    ...promisesOf(form["promises"]).map((each) => each.what),
    textOf(form["team_note"]),
  ],
  opinions: (form) => {
    const opinions = elements(form["opinions"]).map((id) => textOf(form[`opinions/${id}/text`]));
    return opinions.length === 0 && form["no_opinion"] === true ? ["没有意见"] : opinions;
  },
  again: (form) => {
    const day = textOf(form["follow_up_on"]);
    const photos = elements(form["photos"]).length;
    return [day === "" ? "" : `${dateWord(day)}回访`, photos > 0 ? `图片 ${photos} 张` : ""];
  },
  thoughts: (form) => [
    ...texts(form, ["reflection", "extra_page"]),
    ...elements(form["reflections"]).map((id) => textOf(form[`reflections/${id}/reflection`])),
    form["nominate"] === true ? "推荐参评" : "",
  ],
  five_no: (form) => [
    form["pledge"] === true ? "本次遵守五不准" : "",
    textOf(form["gift_declined"]) === "" ? "" : "婉拒了礼物",
  ],
};

export const summaryOf = (part: Part, form: Values, labels: Labels): string =>
  TELLERS[part.id](form, labels)
    .map((text) => text.trim().replaceAll("\n", " "))
    .filter((text) => text !== "")
    .join("；")
    .replaceAll(/([。！？；])；/gu, "$1"); // a sentence has its own end

/** 10月15日 登门访问，已完成，父亲、学生 */
export function factsWords(form: Values, labels: Labels): string {
  const day = textOf(form["visit_date"]);
  const head = [
    day === "" ? "" : dateWord(day),
    keepsWords(form) ? textOf(form["time_start"]) : "",
    labels.code("visit_form", form["visit_form"]),
  ];
  const met = keepsWords(form) ? elements(form["respondents"]) : [];
  const people = met.map((code) => labels.code("respondents", code));
  return [
    head.filter((word) => word !== "").join(" "),
    labels.code("visit_result", form["visit_result"]),
    people.join("、"),
  ]
    .filter((word) => word !== "")
    .join("，");
}
