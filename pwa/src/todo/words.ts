/** Edits and decisions as a person reads them. Pure. */
import type { RouteLocationRaw } from "vue-router";
import { splitRef } from "#worker/ids.ts";
import type { Choice, Edit, EditStory } from "#worker/store/types.ts";
import { ANSWER_FIELDS } from "#pwa/components/consent_words.ts";
import type { Labels } from "#pwa/components/labels.ts";
import { valueWords } from "#pwa/components/value_words.ts";

export const CHOICE_WORDS: Readonly<Record<Choice, string>> = {
  alternative: "用这份",
  head: "用那份",
  both: "都留",
  written: "另写一份",
};

export interface WrittenWords {
  readonly label: string;
  readonly words: string;
}

/** What an edit says, field by field, as a person reads it; photos are counted, never named. */
export function editWords(edit: Edit, names: ReadonlyMap<string, string>, labels: Labels): WrittenWords[] {
  if (edit.op !== "edit") return decisionWords(edit);
  if (splitRef(edit.record).kind === "student") return answerWords(edit);
  const said = Object.entries(edit.changes)
    .filter(([field]) => field !== "visit_id")
    .map(([field, change]) => ({
      label: labels.field(field),
      words: valueWords(field, change.new, names, labels),
    }));
  const sets = Object.entries(edit.members).flatMap(([field, { add, remove }]) =>
    (
      [
        ["添", add],
        ["去", remove],
      ] as const
    )
      .filter(([, ids]) => ids.length > 0)
      .map(([way, ids]) => ({
        label: `${labels.field(field)}（${way}）`,
        words: valueWords(field, [...ids], names, labels),
      })),
  );
  return [...said, ...sets];
}

/** A family's answer, as it was asked: its fields are those of no form of a visit. */
const answerWords = ({ changes }: Edit): WrittenWords[] =>
  Object.entries(ANSWER_FIELDS).map(([field, { label, options }]) => {
    const said = changes[field]?.new;
    return { label, words: options.find(({ code }) => code === said)?.label ?? "（没写）" };
  });

/** Where the thing that an edit speaks of is looked at. */
export const storyPlace = ({
  visitId,
  studentId,
}: EditStory): { readonly to: RouteLocationRaw; readonly word: string } =>
  studentId === null
    ? { to: { name: "visit", params: { id: visitId ?? "" } }, word: "打开手记" }
    : { to: { name: "student", params: { id: studentId } }, word: "打开学生页" };

function decisionWords({ op, args }: Edit): WrittenWords[] {
  if (op === "merge") return [{ label: "可能是同一次", words: "是，合并" }];
  const choice = CHOICE_WORDS[args["choice"] as Choice];
  const value = typeof args["value"] === "string" ? `：${args["value"]}` : "";
  return [{ label: "两份不同，您定的", words: `${choice}${value}` }];
}
