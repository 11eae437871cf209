/** Ordering and filtering a class list. Pure. */
import type { StudentEntry, StudentState } from "#worker/store/types.ts";
import { toldState } from "#pwa/components/told_state.ts";

/** 进行中: something of the teacher's own about the child is not at the school yet. */
export const KINDS = ["未访", "登门", "其他方式", "婉拒", "进行中"] as const satisfies readonly (
  StudentState | "进行中"
)[];
export type Kind = (typeof KINDS)[number];
export type Seen = Kind | "全部";

export interface Group {
  readonly letter: string;
  readonly students: readonly StudentEntry[];
}

/** Students by the first letter of their pinyin, in the order they come; names without one stand under #. */
export function groupByLetter(students: readonly StudentEntry[]): Group[] {
  const groups = new Map<string, StudentEntry[]>();
  for (const student of students) {
    const first = student.pinyin.slice(0, 1).toUpperCase();
    const letter = /[A-Z]/.test(first) ? first : "#";
    groups.set(letter, [...(groups.get(letter) ?? []), student]);
  }
  return [...groups].map(([letter, members]) => ({ letter, students: members }));
}

/** The students of one kind, as their rows say it. */
export const onlyThose = (students: readonly StudentEntry[], see: Seen): StudentEntry[] =>
  students.filter(
    (student) => see === "全部" || (see === "进行中" ? student.pending !== null : toldState(student) === see),
  );
