/** A day that a message of this phone named stands on 今天 until the family was met. */
import { beforeEach, expect, test } from "vitest";
import type { Scope } from "#worker/api/wire.ts";
import { today } from "#worker/ids.ts";
import { appointmentsOf, dropAppointment, keepAppointment } from "#worker/store/appointments.ts";
import { appointmentWith, dueOf } from "#worker/store/due.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { queued } from "#worker/store/queue.ts";
import { answer } from "./support/school.ts";
import { finishVisit, ME, signedIn } from "./support/phone.ts";

const CLASS: Scope = "class:c1";
const inDays = (days: number): string => today(new Date(Date.now() + days * 86_400_000));
const FRIDAY = { studentId: "st1", day: inDays(3), time: "晚上7点" };

beforeEach(async () => {
  await signedIn();
  const row = { id: "st1", name: "张三", class_id: "c1" };
  const change = { scope: CLASS, kind: "student", id: "st1", rev: 1, seq: 1, op: "put" as const, row };
  const scopes = { [CLASS]: { cursor: 1, more: false } };
  await keepPull(ME, await reading(ME), answer({ changes: [change], scopes }));
});

test("it is due on its day with its time, and nothing of it is sent to the school", async () => {
  await keepAppointment(ME, FRIDAY);
  expect(await dueOf(ME)).toEqual([
    {
      kind: "appointment",
      day: inDays(3),
      visitId: "",
      studentId: "st1",
      studentName: "张三",
      what: "晚上7点",
      who: "",
    },
  ]);
  expect(await queued(ME)).toEqual([]);
});

test("another day takes the place of the first, and of the day that a visit was put off to", async () => {
  await finishVisit({ visit_date: inDays(-1), visit_result: "rescheduled", rescheduled_to: inDays(5) });
  expect((await appointmentWith(ME, "st1"))?.day).toBe(inDays(5));
  await keepAppointment(ME, FRIDAY);
  await keepAppointment(ME, { ...FRIDAY, day: inDays(4) });
  expect((await dueOf(ME)).map((each) => each.day)).toEqual([inDays(4)]);
});

test("a visit that took place since keeps it; the one after which it was made, or one that failed, does not", async () => {
  await finishVisit({ visit_date: today() });
  await keepAppointment(ME, FRIDAY);
  await finishVisit({ visit_date: inDays(1), visit_result: "nobody_home" });
  expect(await appointmentWith(ME, "st1")).not.toBeNull();
  await finishVisit({ visit_date: inDays(1), visit_result: "done" });
  expect(await appointmentWith(ME, "st1")).toBeNull();
});

test("dropped it can be brought back, and a student whom this phone no longer holds is not named", async () => {
  await keepAppointment(ME, FRIDAY);
  await keepAppointment(ME, { ...FRIDAY, studentId: "st9" });
  expect(await dueOf(ME)).toHaveLength(1);
  const dropped = await dropAppointment(ME, "st1");
  expect(await dueOf(ME)).toEqual([]);
  if (dropped) await keepAppointment(ME, dropped);
  expect(await dueOf(ME)).toHaveLength(1);
  expect(await appointmentsOf(ME)).toHaveLength(2);
});

test("a day that is long past goes when another one is kept", async () => {
  await keepAppointment(ME, { ...FRIDAY, studentId: "st2", day: inDays(-31) });
  await keepAppointment(ME, FRIDAY);
  expect((await appointmentsOf(ME)).map((each) => each.studentId)).toEqual(["st1"]);
});
