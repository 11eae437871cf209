/** A phone with somebody signed in, and short ways to write on it. */
import { IDLE } from "#worker/sync/report.ts";
import { Tally, type Round, type Stop } from "#worker/sync/context.ts";
import { runRound } from "#worker/sync/round.ts";
import { upload } from "#worker/sync/upload.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { person as personOf, rememberPerson } from "#worker/store/people.ts";
import { queued, sentLog } from "#worker/store/queue.ts";
import type { Person, QueuedEdit, Shrunk, Values } from "#worker/store/types.ts";

export const ME = "staff-1";

export const teacher = (part: Partial<Person> = {}): Person => ({
  id: ME,
  name: "王老师",
  roles: ["homeroom"],
  school_id: "s1",
  login: "t101",
  device_id: "device-1",
  token: "token-1",
  csrf: "csrf",
  signedIn: true,
  signOutOwed: false,
  offsetMs: 0,
  lastDelivery: null,
  ...part,
});

export async function signedIn(part: Partial<Person> = {}): Promise<Person> {
  const person = teacher(part);
  await rememberPerson(person);
  return person;
}

/** Write one visit and finish it; resolves with its edits. */
export async function finishVisit(values: Values = {}, person = ME, classId = "c1"): Promise<QueuedEdit[]> {
  const draft = newDraft(person, classId, { student_id: "st1", visit_date: "2026-09-30", ...values });
  await putDraft(draft);
  return finishDraft(person, draft.id);
}

/** One round of one person, with its tally. */
export async function round(person = ME, part: Partial<Round> = {}): Promise<{ stop: Stop | null; tally: Tally }> {
  const who = await personOf(person);
  if (!who) throw new Error("nobody signed in");
  const tally = new Tally();
  const silent = { upload, say: (): typeof IDLE => IDLE, signal: new AbortController().signal };
  const one: Round = { person: who, app: "test", pace: { limit: 500 }, tally, reread: new Set(), ...silent, ...part };
  return { stop: await runRound(one), tally };
}

export const waitingIds = async (person = ME): Promise<string[]> =>
  (await queued(person)).filter((each) => each.state === "waiting").map((each) => each.id);

export const parkedIds = async (person = ME): Promise<string[]> =>
  (await queued(person)).filter((each) => each.state === "parked").map((each) => each.id);

export const sentIds = async (person = ME): Promise<string[]> => (await sentLog(person)).map((each) => each.id);

/** A picture as `shrink` would make it: `size` bytes that start with `mark`. */
export function picture(sha256: string, size = 100_000): Shrunk {
  const bytes = new Uint8Array(size).fill(7).buffer;
  return { bytes, thumb: new Uint8Array(10).buffer, type: "image/jpeg", width: 4, height: 3, sha256 };
}
