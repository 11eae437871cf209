/** 六知道: what each side now knows, read from what was written; nobody ticks it. Pure. */
import type { Values } from "#worker/store/types.ts";
import { isEmpty } from "#worker/store/values.ts";
import { hasOpinions } from "./form.ts";

/** unknown: only the family can say. */
export type Known = "yes" | "no" | "unknown";

/** The six by their codes, in the notice's order; of a visit that did not take place nothing is known. */
export function knowSix(form: Values): readonly { readonly code: string; readonly known: Known }[] {
  const done = form["visit_result"] === "done";
  const told = (...fields: string[]): Known => (done && fields.some((field) => !isEmpty(form[field])) ? "yes" : "no");
  return [
    { code: "1", known: told("purpose") },
    { code: "2", known: told("at_school") },
    { code: "3", known: "unknown" },
    { code: "4", known: told("at_home", "growth_env") },
    { code: "5", known: told("parent_part") },
    { code: "6", known: done && hasOpinions(form) ? "yes" : "no" },
  ];
}
