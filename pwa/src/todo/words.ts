/** Edits and decisions as a person reads them. Pure. */
import type { Choice, Edit } from "#worker/store/types.ts";
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

function decisionWords({ op, args }: Edit): WrittenWords[] {
  if (op === "merge") return [{ label: "可能是同一次", words: "是，合并" }];
  const choice = CHOICE_WORDS[args["choice"] as Choice];
  const value = typeof args["value"] === "string" ? `：${args["value"]}` : "";
  return [{ label: "两份不同，您定的", words: `${choice}${value}` }];
}
