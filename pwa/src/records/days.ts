/** Ordering one's records by the day of the visit. Pure. */
import type { VisitEntry } from "#worker/store/types.ts";
import { dayWord } from "#pwa/components/dates.ts";
import { howWords, textOf } from "#pwa/components/form.ts";
import type { Labels } from "#pwa/components/labels.ts";

export interface Day {
  readonly key: string;
  readonly word: string;
  readonly visits: readonly VisitEntry[];
}

/** Days in the order of the visits; a visit without a day stands first of all, for it misses something. */
export function groupByDay(visits: readonly VisitEntry[], now: Date = new Date()): Day[] {
  const days = new Map<string, VisitEntry[]>();
  for (const visit of visits) {
    const day = textOf(visit.values["visit_date"]);
    days.set(day, [...(days.get(day) ?? []), visit]);
  }
  return [...days].map(([key, of]) => ({ key, word: key === "" ? "没写日期" : dayWord(key, now), visits: of }));
}

/** The second line of a record: how it was made or ended, and what it waits for. */
export function rowWords(visit: VisitEntry, labels: Labels): string {
  const late = visit.late ? labels.field("late_entry") : "";
  return [howWords(visit.values, labels), late, photoWords(visit)].filter((word) => word !== "").join("，");
}

function photoWords({ state, photos, photosMissing }: VisitEntry): string {
  if (photos === 0) return "";
  if (photosMissing > 0 && state !== "草稿") return `照片 ${photos - photosMissing}/${photos} 已到学校`;
  return `照片 ${photos} 张`;
}
