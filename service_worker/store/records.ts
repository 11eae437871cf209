/** Reading what the phone holds: rows from the server with the person's own edits on top. Needs no signal. */
import type { ClassRow, RecordRef, Shown, StudentEntry, StudentPage, Values } from "./types.ts";

/** One record as it is shown. An unknown record has empty values and rev 0. */
export declare function shown(person: string, ref: RecordRef): Promise<Shown>;
/** All the person's rows of a kind that is only read: campaign, card, staff. */
export declare function rowsOf(person: string, kind: string): Promise<Values[]>;
export declare function classes(person: string): Promise<ClassRow[]>;
/** A class's students in order of pinyin, each with its state. */
export declare function students(person: string, classId: string): Promise<StudentEntry[]>;
/** Find students in all the person's classes by name, pinyin or initials (张, zhangs, zs). */
export declare function searchStudents(person: string, query: string): Promise<StudentEntry[]>;
export declare function studentPage(person: string, studentId: string): Promise<StudentPage | null>;
/** A visit and what was written with it that this person may read: the visit, its private part, own reflections and opinions. */
export declare function visitRecords(person: string, visitId: string): Promise<Shown[]>;
