/** What a folded part shows: its content, not only its name. Pure. */
import type { Values } from "#worker/store/types.ts";
import { elements } from "#worker/store/values.ts";
import { dateWord } from "#pwa/components/dates.ts";
import { textOf, type Part } from "#pwa/components/form.ts";
import type { Labels } from "#pwa/components/labels.ts";
import { promisesOf } from "./promises.ts";

export function summaryOf(part: Part, form: Values, labels: Labels): string {
  if (part.id === "facts") return factsWords(form, labels);
  const texts = part.fields.map((field) => textOf(form[field]).trim().replaceAll("\n", " "));
  const promises = part.id === "agreed" ? promisesOf(form["promises"]).map((each) => each.what) : [];
  return [...texts, ...promises].filter((text) => text !== "").join("；");
}

/** 10月15日 登门访问，已完成，父亲、学生 */
export function factsWords(form: Values, labels: Labels): string {
  const day = textOf(form["visit_date"]);
  const head = [
    day === "" ? "" : dateWord(day),
    textOf(form["time_start"]),
    labels.code("visit_form", form["visit_form"]),
  ];
  const people = elements(form["respondents"]).map((code) => labels.code("respondents", code));
  return [
    head.filter((word) => word !== "").join(" "),
    labels.code("visit_result", form["visit_result"]),
    people.join("、"),
  ]
    .filter((word) => word !== "")
    .join("，");
}
