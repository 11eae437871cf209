/** Ordering a class list. Pure. */
import type { StudentEntry, StudentState } from "#worker/store/types.ts";

export type Seen = StudentState | "全部";

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

export const countOf = (students: readonly StudentEntry[], state: StudentState): number =>
  students.filter((student) => student.state === state).length;
