/** What was agreed and is not done yet: promises, days to visit again, appointments. They stand on 今天 until they are kept. */
import { isoLocal, splitRef, today } from "../ids.ts";
import { appointmentsOf, type Appointment } from "./appointments.ts";
import { tellChanged } from "./changes.ts";
import { writeOutbox } from "./db.ts";
import { append, QUEUE_STORES } from "./queue.ts";
import { keepOver } from "./revisions.ts";
import { storeText } from "./room.ts";
import { shown } from "./shown.ts";
import type { Json, Shown, Values } from "./types.ts";
import { elements, same } from "./values.ts";
import { allOf, look, textOf, type View } from "./view.ts";

/** One thing that is due. */
export interface Due {
  readonly kind: "promise" | "follow_up" | "appointment";
  /** ISO day; null for a promise without one. */
  readonly day: string | null;
  /** The visit that says so; empty for a day that only a message of this phone named. */
  readonly visitId: string;
  readonly studentId: string;
  readonly studentName: string;
  /** A promise's words and whose it is (teacher · school · family · student); of an appointment the time; else empty. */
  readonly what: string;
  readonly who: string;
}

/** Everything due of the visits this person took part in, by day; promises without a day come last. Drafts do not count. */
export const dueOf = async (person: string): Promise<Due[]> => dueIn(await look(person, ["visit", "student"]));

/** The same from a view that holds visits and students. */
export async function dueIn(view: View): Promise<Due[]> {
  const made = await appointmentsOf(view.person);
  const visits = allOf(view, "visit").filter(({ values }) => textOf(values, "void_reason") === null);
  const mine = visits.filter(({ values }) => tookPart(view.person, values));
  const asked = made.filter((each) => nameOf(view, each.studentId) !== "" && !isKept(each, visits));
  const told = new Set(asked.map((each) => each.studentId));
  return [
    ...mine
      .flatMap((visit) => [...promisesIn(visit), ...daysIn(visit, visits)])
      .filter((each) => each.kind !== "appointment" || !told.has(each.studentId)), // the message is the later word
    ...asked.map(asDue),
  ]
    .filter((each) => each.kind === "promise" || !hasLeft(view, each.studentId)) // what was promised is kept all the same
    .map((each) => ({ ...each, studentName: nameOf(view, each.studentId) }))
    .sort(byDay);
}

/** The day for which a student's family expects this person, as far as this phone knows; null for none. */
export const appointmentWith = async (person: string, studentId: string): Promise<Due | null> =>
  (await dueOf(person)).find((each) => each.kind === "appointment" && each.studentId === studentId) ?? null;

type Nameless = Omit<Due, "studentName">;

const asDue = ({ studentId, day, time }: Appointment): Nameless => ({
  kind: "appointment",
  day,
  visitId: "",
  studentId,
  what: time,
  who: "",
});

/** The family was spoken to on that day, or at another time since the message was made. */
const isKept = ({ studentId, day, madeOn }: Appointment, visits: readonly Shown[]): boolean =>
  visits.some(({ values }) => {
    const on = textOf(values, "visit_date") ?? "";
    return reaches(values, studentId) && (on > madeOn || on >= day);
  });

/** Before the school has answered a visit has no author on this phone: it is one's own. */
const tookPart = (person: string, visit: Values): boolean =>
  (textOf(visit, "author_id") ?? person) === person || elements(visit["visitors"]).includes(person);

const ofStudent = (view: View, studentId: string, field: string): string => {
  const student = allOf(view, "student").find(({ ref }) => splitRef(ref).id === studentId);
  return (student && textOf(student.values, field)) ?? "";
};

const nameOf = (view: View, studentId: string): string => ofStudent(view, studentId, "name");

/** The last day at this school is over. */
function hasLeft(view: View, studentId: string): boolean {
  const day = ofStudent(view, studentId, "left_on");
  return day !== "" && day < today();
}

const objectOf = (value: Json | undefined): Values =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};

const promises = (visit: Values): Values[] => (Array.isArray(visit["promises"]) ? visit["promises"].map(objectOf) : []);

function promisesIn({ ref, values }: Shown): Nameless[] {
  const place = { visitId: splitRef(ref).id, studentId: textOf(values, "student_id") ?? "" };
  return promises(values)
    .filter((each) => each["done"] !== true && textOf(each, "what") !== null)
    .map((each) => ({
      kind: "promise" as const,
      day: textOf(each, "due"),
      what: textOf(each, "what") ?? "",
      who: textOf(each, "who") ?? "",
      ...place,
    }));
}

/** A day to come again, or the day a visit was put off to; kept as soon as the family was spoken to later on. */
function daysIn({ ref, values }: Shown, visits: readonly Shown[]): Nameless[] {
  const studentId = textOf(values, "student_id") ?? "";
  const day = textOf(values, "visit_date") ?? "";
  const again = visits.some(
    (other) =>
      other.ref !== ref && reaches(other.values, studentId) && (textOf(other.values, "visit_date") ?? "") > day,
  );
  if (again) return [];
  const entry = (kind: Due["kind"], on: string | null): Nameless[] =>
    on === null ? [] : [{ kind, day: on, visitId: splitRef(ref).id, studentId, what: "", who: "" }];
  const putOff = values["visit_result"] === "rescheduled" ? textOf(values, "rescheduled_to") : null;
  return [...entry("follow_up", textOf(values, "follow_up_on")), ...entry("appointment", putOff)];
}

const reaches = (visit: Values, studentId: string): boolean =>
  visit["visit_result"] === "done" &&
  (visit["student_id"] === studentId || elements(visit["also_for"]).includes(studentId));

const byDay = (a: Due, b: Due): number =>
  (a.day ?? "9999").localeCompare(b.day ?? "9999") || a.studentName.localeCompare(b.studentName, "zh-CN");

/**
 * Tick a promise off, or take the tick back: an edit that is sent. A draft of the same visit learns it, and shows it ticked.
 *
 * @throws NoRoom; then nothing has changed
 */
export async function keepPromise(person: string, due: Due, done = true): Promise<void> {
  const record = `visit:${due.visitId}` as const;
  const { values } = await shown(person, record);
  const old = values["promises"] ?? null;
  const change = { old, new: ticked(values, due, done) };
  const entry = { record, op: "edit" as const, changes: { promises: change }, members: {}, args: {} };
  const place = { visitId: due.visitId, classId: textOf(values, "class_id") };
  await storeText(() =>
    writeOutbox(["drafts", ...QUEUE_STORES], async (tx) => {
      await append(tx, person, { ...entry, ...place });
      const draft = await tx.objectStore("drafts").get([person, due.visitId]);
      const opened = draft?.opened[record];
      const now = draft?.values[record];
      if (!draft || !opened || !now || !same(opened["promises"], old)) return;
      await keepOver(tx, {
        ...draft,
        opened: { ...draft.opened, [record]: { ...opened, promises: change.new } },
        values: { ...draft.values, [record]: { ...now, promises: ticked(now, due, done) } },
        updatedAt: isoLocal(),
      });
    }),
  );
  tellChanged("drafts", "outbox");
}

function ticked(visit: Values, due: Due, done: boolean): Json {
  const isIt = (each: Values): boolean =>
    textOf(each, "what") === due.what && (textOf(each, "who") ?? "") === due.who && same(each["due"], due.day);
  return promises(visit).map((each) => (isIt(each) ? { ...each, done } : each));
}
