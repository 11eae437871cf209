/** What is due, by day: what is late or for today first, the coming week, and the rest folded away. Pure. */
import { today } from "#worker/ids.ts";
import type { Due } from "#worker/store/due.ts";
import { dayWord, daysAfter } from "#pwa/components/dates.ts";

const DAYS_AHEAD = 7;
const DAY_MS = 86_400_000;

export interface DueDay {
  readonly key: string;
  readonly word: string;
  readonly items: readonly Due[];
}

export interface DueDays {
  /** Late, today and the coming days. */
  readonly near: readonly DueDay[];
  readonly later: readonly DueDay[];
  /** Nobody waits for the teacher today. */
  readonly free: boolean;
}

/**
 * Shapes: `items` as `todayIn` gives them, by day; those without a day come last and count as later. `quiet`: nothing is
 * said to be late.
 */
export function dueDays(items: readonly Due[], now: Date = new Date(), quiet = false): DueDays {
  const here = today(now);
  const last = today(new Date(now.getTime() + DAYS_AHEAD * DAY_MS));
  const isNear = ({ day }: Due): boolean => day !== null && day <= last;
  return {
    near: byDay(items.filter(isNear), now, quiet),
    later: byDay(
      items.filter((each) => !isNear(each)),
      now,
      quiet,
    ),
    free: !items.some(({ day }) => day !== null && day <= here),
  };
}

function byDay(items: readonly Due[], now: Date, quiet: boolean): DueDay[] {
  const days = new Map<string, Due[]>();
  for (const each of items) days.set(each.day ?? "", [...(days.get(each.day ?? "") ?? []), each]);
  return [...days].map(([key, of]) => ({ key, word: wordOf(key, now, quiet), items: of }));
}

function wordOf(day: string, now: Date, quiet: boolean): string {
  if (day === "") return "没定日子";
  const word = dayWord(day, now);
  return day < today(now) && !quiet ? `${word}该办的` : word;
}

/** 今天没有要回访的家庭。早点休息。: the second half only when the day is nearly over. */
export const nothingDue = (now: Date = new Date()): string =>
  now.getHours() >= 18 || now.getHours() < 5 ? "今天没有要回访的家庭。早点休息。" : "今天没有要回访的家庭。";

const OF: Readonly<Record<string, string>> = {
  teacher: "您答应的",
  school: "学校答应的",
  family: "家长答应的",
  student: "孩子答应的",
};

/** What a line says below the student's name. */
export function dueWords({ kind, what, who }: Due): string {
  if (kind === "follow_up") return "回访";
  if (kind === "appointment") return what === "" ? "约好的家访" : `约好的家访，${what}`;
  return [OF[who] ?? "", what].filter((part) => part !== "").join("：");
}

/** The family can still be reminded the day before. */
export const isTomorrow = ({ kind, day }: Due, now: Date = new Date()): boolean =>
  kind === "appointment" && day === daysAfter(today(now), 1);
