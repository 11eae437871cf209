/** The guidance cards in their groups, as the school's rows bring them. Pure. */
import type { Values } from "#worker/store/types.ts";
import { textOf } from "#pwa/components/form.ts";

export interface Card {
  readonly key: string;
  readonly title: string;
  readonly lines: readonly string[];
}

export interface Group {
  readonly title: string;
  readonly cards: readonly Card[];
}

const GROUPS = [
  { group: "guide", title: "家访前后" },
  { group: "notice", title: "五不准" },
  { group: "sheet", title: "七带进" },
] as const;

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

const cardOf = (row: Values): Card => ({
  key: textOf(row["key"]) || textOf(row["id"]),
  title: textOf(row["title"]),
  lines: linesOf(textOf(row["text"])),
});

/** Groups in the order of the form, cards in the order of the notice; a group without cards is not there. */
export function groupsOf(rows: readonly Values[]): Group[] {
  const sorted = [...rows].sort((a, b) => Number(a["order"] ?? 0) - Number(b["order"] ?? 0));
  return GROUPS.map(({ group, title }) => ({
    title,
    cards: sorted.filter((row) => row["group"] === group).map(cardOf),
  })).filter(({ cards }) => cards.length > 0);
}

/** What stands on the page before the school's own card has come, for this one may not wait for a signal. */
const WHEN =
  "这些情况要报告：有说不清的伤；说被打、被猥亵、被威胁；长期没人管；自伤、说不想活。有怀疑就报，不用先查实。";
const NOW =
  "马上做：①有危险打110，有伤病打120（请学校核对）；拿不准也可问110。②陪着孩子，只听不追问，不许诺“谁也不说”。③不惊动可能伤害孩子的人；不查看身体，不拍照，不发群。④尽快告诉校长或德育处；牵涉校内人员，直接报警并报教育中心。⑤记下时间和孩子的原话。";

const UNCHECKED = "（请学校核对）";

export interface ReportGuide {
  readonly when: string;
  readonly steps: readonly string[];
  /** The school has not yet said that the numbers are right; told below the steps, not within one. */
  readonly unchecked: boolean;
}

/** The guide of 强制报告: when, and what to do at once, step by step. */
export function reportGuide(rows: readonly Values[]): ReportGuide {
  const card = rows.find((row) => row["group"] === "safety");
  const [when = WHEN, now = NOW] = card ? linesOf(textOf(card["text"])) : [];
  const told = now.replaceAll(UNCHECKED, "");
  const steps = told
    .split(/[①-⑳]/)
    .slice(1)
    .map((step) => step.trim());
  return {
    when: when.replace(/^[^：]*：/, ""),
    steps: steps.length > 0 ? steps : [told],
    unchecked: told !== now,
  };
}
