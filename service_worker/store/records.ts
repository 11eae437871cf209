/** Reading what the phone holds: rows from the server with the person's own edits on top. Needs no signal. */
import { splitRef, today } from "../ids.ts";
import { childrenIn, idsOf, mayRecordFor } from "./children.ts";
import { records } from "./db.ts";
import { photoLevelOf } from "./photo_use.ts";
import { byPinyin, find } from "./search.ts";
import { entriesOf, pendingOf } from "./states.ts";
import type { ClassRow, Room, Shown, StudentEntry, StudentPage, StudentState, Values } from "./types.ts";
import { allOf, look, resolveAlias, rowsOfKind, shownIn, textOf, type View } from "./view.ts";
import { elements } from "./values.ts";

/** All the person's rows of a kind that is only read: campaign, card, staff. */
export const rowsOf = async (person: string, kind: string): Promise<Values[]> =>
  (await rowsOfKind(person, kind)).map((each) => ({ ...each.row, id: each.id }));

/** The classes whose students are on this phone, in order of grade and name. */
export async function classes(person: string): Promise<ClassRow[]> {
  const [rows, cursors] = await Promise.all([
    rowsOfKind(person, "class"),
    records((db) => db.getAll("cursors", IDBKeyRange.bound([person], [person, []]))),
  ]);
  const held = new Set(cursors.filter((each) => !each.revoked).map((each) => each.scope));
  return rows
    .filter((each) => held.has(`class:${each.id}`))
    .map((each) => ({
      id: each.id,
      name: textOf(each.row, "name") ?? "",
      grade: typeof each.row["grade"] === "number" ? each.row["grade"] : null,
    }))
    .sort((a, b) => (a.grade ?? 0) - (b.grade ?? 0) || a.name.localeCompare(b.name, "zh-CN", { numeric: true }));
}

/** A class's students in order of pinyin, each with its state. */
export const students = async (person: string, classId: string): Promise<StudentEntry[]> =>
  studentsIn(await everyStudent(person), classId);

/** All classes with their students, from one look at the store however many they are. */
export const rooms = async (person: string): Promise<Room[]> =>
  roomsIn(person, await look(person, ["student", "visit"]));

/** The same from a view that holds students and visits. */
export async function roomsIn(person: string, view: View): Promise<Room[]> {
  const all = await studentEntries(view);
  return (await classes(person)).map((room) => ({ ...room, students: studentsIn(all, room.id) }));
}

const studentsIn = (all: readonly StudentEntry[], classId: string): StudentEntry[] =>
  all.filter((each) => each.classId === classId && isListed(each)).sort(byPinyin);

/** A child that left is listed while there is something to read of it: nobody is asked to visit it any more. */
const isListed = (each: StudentEntry): boolean => !each.gone || each.state !== "未访" || each.pending !== null;

/** The other children of a student's household that this phone holds, of whatever class. */
export async function siblings(person: string, student: StudentEntry): Promise<StudentEntry[]> {
  if (student.householdId === null) return [];
  const all = await everyStudent(person);
  return all.filter((each) => each.id !== student.id && each.householdId === student.householdId).sort(byPinyin);
}

/** The children that a visit tells of, as far as this phone holds them: its own, then brothers and sisters of the household. */
export async function childrenOf(
  person: string,
  studentId: string,
  alsoFor: readonly string[],
): Promise<StudentEntry[]> {
  const view = await look(person, ["student", "visit"]);
  const all = new Map((await studentEntries(view)).map((each) => [each.id, each]));
  const ids = idsOf(childrenIn(view, { student_id: studentId, also_for: [...alsoFor] }));
  return ids.flatMap((id) => all.get(id) ?? []);
}

/** Find students in all the person's classes by name, pinyin or initials (张, zhangs, zs). */
export async function searchStudents(person: string, query: string): Promise<StudentEntry[]> {
  return find((await everyStudent(person)).filter(isListed), query);
}

async function everyStudent(person: string): Promise<StudentEntry[]> {
  return studentEntries(await look(person, ["student", "visit"]));
}

async function studentEntries(view: View): Promise<StudentEntry[]> {
  const states = studentStates(allOf(view, "visit"));
  const pending = await pendingOf(view);
  const now = today();
  return allOf(view, "student").map(({ ref, values, rev }) => {
    const id = splitRef(ref).id;
    const leftOn = textOf(values, "left_on");
    return {
      id,
      leftOn,
      gone: leftOn !== null && leftOn < now,
      classId: textOf(values, "class_id") ?? "",
      name: textOf(values, "name") ?? "",
      pinyin: textOf(values, "pinyin") ?? "",
      initials: textOf(values, "initials") ?? "",
      householdId: textOf(values, "household_id"),
      mayRecord: mayRecordFor(view, { ref, values, rev }),
      mayPhoto: photoLevelOf(values),
      state: states.get(id) ?? "未访",
      pending: pending.get(id) ?? null,
    };
  });
}

const NEARNESS: readonly StudentState[] = ["未访", "婉拒", "其他方式", "登门"];

/** The nearest that a visit came to each family; void visits do not count. */
function studentStates(visits: readonly Shown[]): Map<string, StudentState> {
  const states = new Map<string, StudentState>();
  for (const { values } of visits) {
    const state = reached(values);
    for (const student of [textOf(values, "student_id"), ...elements(values["also_for"])]) {
      if (student === null) continue;
      const known = states.get(student) ?? "未访";
      if (NEARNESS.indexOf(state) > NEARNESS.indexOf(known)) states.set(student, state);
    }
  }
  return states;
}

function reached(visit: Values): StudentState {
  if (textOf(visit, "void_reason") !== null) return "未访";
  if (visit["visit_result"] === "declined") return "婉拒";
  if (visit["visit_result"] !== "done") return "未访";
  return visit["visit_form"] === "home" ? "登门" : "其他方式";
}

/** A student with the visits so far, newest first; null if this phone does not hold the student. */
export async function studentPage(person: string, studentId: string): Promise<StudentPage | null> {
  const view = await look(person, ["student", "visit", "guardian", "conflict"]);
  const student = (await studentEntries(view)).find((each) => each.id === studentId);
  if (!student) return null;
  const isTheirs = (values: Values): boolean =>
    values["student_id"] === studentId || elements(values["also_for"]).includes(studentId);
  const guardians = allOf(view, "guardian").map((each) => each.values);
  const visits = await entriesOf(view, (each) => isTheirs(each.values));
  return { student, guardians: guardians.filter((each) => each["student_id"] === studentId), visits };
}

/** A visit and what was written with it that this person may read: the visit, its private part, own reflections and opinions. */
export async function visitRecords(person: string, visitId: string): Promise<Shown[]> {
  const view = await look(person, ["visit", "visit_private", "reflection", "opinion"]);
  const id = resolveAlias(view, visitId);
  const ties = ["reflection", "opinion"].flatMap((kind) =>
    allOf(view, kind).filter((each) => each.values["visit_id"] === id || each.values["visit_id"] === visitId),
  );
  return [shownIn(view, `visit:${id}`), shownIn(view, `visit_private:${id}`), ...ties];
}

export { shown } from "./shown.ts";
