/** What of the last visit to the same student may be taken over into this one: facts that are tapped, never a word of a text. Pure. */
import type { Json, Values, VisitEntry } from "#worker/store/types.ts";
import { KEPT } from "#worker/store/consent.ts";
import { elements, isEmpty, same } from "#worker/store/values.ts";
import { keepsWords, textOf } from "#pwa/components/form.ts";
import type { Labels } from "#pwa/components/labels.ts";

/** The newest visit before this one that took place. */
export function lastVisit(visits: readonly VisitEntry[], visitId: string, day: string): VisitEntry | null {
  const isEarlier = ({ id, values, state }: VisitEntry): boolean =>
    id !== visitId &&
    state !== "草稿" &&
    values["visit_result"] === "done" &&
    isEmpty(values["void_reason"]) &&
    (day === "" || textOf(values["visit_date"]) <= day);
  return visits.find(isEarlier) ?? null;
}

export interface Offered {
  readonly label: string;
  readonly words: string;
  readonly values: Values;
}

const isKept = (field: string): boolean => KEPT["visit"]?.has(field) ?? false;

/** The facts in which this form differs from the last visit; `nameOf` names a teacher. */
export function offeredFrom(last: Values, form: Values, labels: Labels, nameOf: (id: string) => string): Offered[] {
  const one = (field: string): Offered => ({
    label: labels.field(field),
    words: labels.code(field, last[field]),
    values: { [field]: last[field] ?? null },
  });
  const several = (field: string, wordOf: (code: string) => string): Offered => ({
    label: labels.field(field),
    words: elements(last[field]).map(wordOf).join("、"),
    values: { [field]: elements(last[field]) },
  });
  const times = ["time_start", "time_end"].map((field) => textOf(last[field]));
  const all = [
    one("visit_form"),
    one("place_kind"),
    several("respondents", (code) => labels.code("respondents", code)),
    several("visitors", nameOf),
    {
      label: "起止时间",
      words: times.filter((clock) => clock !== "").join("–"),
      values: { time_start: times[0] ?? "", time_end: times[1] ?? "" },
    },
  ];
  const asked = keepsWords(form)
    ? all
    : all.filter(({ values }) => Object.keys(values).every((field) => isKept(field)));
  return asked.filter(({ words, values }) => words !== "" && !holds(form, values));
}

const asSet = (value: Json | undefined): Json | undefined => (Array.isArray(value) ? elements(value).sort() : value);
const holds = (form: Values, values: Values): boolean =>
  Object.entries(values).every(([field, value]) => same(asSet(form[field]), asSet(value)));

/** What these fields held before, for whichever still hold what was taken over. */
export function backFrom(before: Values, taken: Values, now: Values): Values {
  const kept = Object.keys(taken).filter((field) => same(now[field], taken[field]));
  return Object.fromEntries(kept.map((field) => [field, before[field] ?? null]));
}
