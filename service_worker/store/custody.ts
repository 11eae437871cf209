/** What an answer does to the outbox: only an outcome that names an edit moves it. */
import type { Outcome } from "../api/wire.ts";
import { LARGE_BYTES, outbox, SMALL_BYTES, writeOutbox, type OutboxWrite } from "./db.ts";
import { noteDecided } from "./decided.ts";
import { erase, ERASE_STORES } from "./erasing.ts";
import { takeFromDrafts } from "./given_back.ts";
import { isOver } from "./overlay.ts";
import { sentLog } from "./queue.ts";
import { storeText } from "./room.ts";
import type { QueuedEdit, SentEdit } from "./types.ts";

const SENT_KEPT_MS = 45 * 86_400_000;
const SENT_KEPT = 1_000;
/** More than one edit takes on its way from the queue into the log. */
const EDIT_BYTES = 8_192;

/** The epoch that this person's outbox last started afresh with; beside the edits, so that both change in one transaction. */
const restartKey = (person: string): string => `epoch:${person}`;

/** The epoch of the last restore that the outbox knows of; null before the first. */
export async function restartedAt(person: string): Promise<string | null> {
  const epoch = await outbox((db) => db.get("meta", restartKey(person)));
  return typeof epoch === "string" ? epoch : null;
}

/**
 * Move edits by their outcomes: into the sent log with `custody: true`, parked when refused, else left where they are.
 *
 * @param asked - the epoch that the request named
 * @returns the ids that an outcome settled, one way or the other; null if a restore became known while the answer was on
 *   its way: it speaks of a store that is gone, so nothing of it is believed
 */
export function takeOutcomes(
  person: string,
  outcomes: readonly Outcome[],
  asked: string | null = null,
  now: number = Date.now(),
): Promise<string[] | null> {
  return storeText(() =>
    writeOutbox(
      ERASE_STORES,
      async (tx) => {
        const restarted = await tx.objectStore("meta").get(restartKey(person));
        if (restarted !== undefined && restarted !== asked) return null;
        const settled: string[] = [];
        for (const outcome of outcomes) {
          const waiting = await tx.objectStore("edits").get(outcome.id);
          const edit = waiting ?? (await tx.objectStore("sent").get(outcome.id));
          if (edit?.person !== person) continue;
          if (await settle(tx, edit, outcome, now)) settled.push(outcome.id);
        }
        if (outcomes.some((each) => each.status === "returned")) await takeFromDrafts(tx, person);
        return settled;
      },
      { bytes: SMALL_BYTES + EDIT_BYTES * outcomes.length },
    ),
  );
}

async function settle(tx: OutboxWrite, edit: QueuedEdit | SentEdit, outcome: Outcome, now: number): Promise<boolean> {
  if (outcome.custody) {
    await tx.objectStore("edits").delete(edit.id);
    if (outcome.status === "erased") await erase(tx, edit.person, edit.record);
    else await tx.objectStore("sent").put(sentOf(edit, outcome, now));
    return true;
  }
  if (outcome.status !== "refused") return false;
  await tx.objectStore("sent").delete(edit.id);
  await tx.objectStore("edits").put(parked(edit, outcome.reason ?? "refused", outcome.message ?? null));
  return true;
}

function sentOf(edit: QueuedEdit | SentEdit, outcome: Outcome, now: number): SentEdit {
  const { id, person, order, record, visitId, classId, edit: written } = edit;
  return {
    ...{ id, person, order, record, visitId, classId, edit: written },
    status: outcome.status,
    rev: outcome.rev ?? null,
    conflicts: outcome.conflicts ?? [],
    reason: outcome.reason ?? null,
    message: outcome.message ?? null,
    case: outcome.case ?? null,
    sentAt: "sentAt" in edit ? edit.sentAt : now,
    again: false,
    acknowledged: "acknowledged" in edit && edit.acknowledged,
    ...("acknowledgedAt" in edit ? { acknowledgedAt: edit.acknowledgedAt } : {}),
  };
}

function parked(edit: QueuedEdit | SentEdit, reason: string, message: string | null): QueuedEdit {
  const { id, person, order, record, visitId, classId, edit: written } = edit;
  const mine = { id, person, order, record, visitId, classId, edit: written };
  return { ...mine, state: "parked", reason, message, failures: 0, notBefore: 0 };
}

/** Park one edit that the server will not take however small the batch. */
export async function park(id: string, reason: string, message: string | null): Promise<void> {
  await writeOutbox(["edits"], async (tx) => {
    const edit = await tx.objectStore("edits").get(id);
    if (edit) await tx.objectStore("edits").put(parked(edit, reason, message));
  });
}

/** Count one more failure of an edit that travelled alone; it is not tried before `notBefore`. */
export async function countFailure(id: string, notBefore: (failures: number) => number): Promise<void> {
  await writeOutbox(["edits"], async (tx) => {
    const edit = await tx.objectStore("edits").get(id);
    if (!edit) return;
    const failures = edit.failures + 1;
    await tx.objectStore("edits").put({ ...edit, failures, notBefore: notBefore(failures) });
  });
}

/** 立即上传: what waits out a pause of its own may go at once. */
export async function endPauses(person: string): Promise<void> {
  await writeOutbox(["edits", "photos"], async (tx) => {
    const mine = IDBKeyRange.bound([person, 0], [person, Infinity]);
    for (const edit of await tx.objectStore("edits").index("order").getAll(mine)) {
      if (edit.notBefore > 0) await tx.objectStore("edits").put({ ...edit, notBefore: 0 });
    }
    for (const photo of await tx.objectStore("photos").index("state").getAll([person, "waiting"])) {
      if (photo.notBefore > 0) await tx.objectStore("photos").put({ ...photo, notBefore: 0 });
    }
  });
}

/** A backup was put back at the school: everything in the sent log is to be sent again, under the new epoch. */
export async function sendLogAgain(person: string, epoch: string): Promise<void> {
  await writeOutbox(
    ["sent", "meta"],
    async (tx) => {
      await tx.objectStore("meta").put(epoch, restartKey(person));
      const mine = IDBKeyRange.bound([person, 0], [person, Infinity]);
      for (const sent of await tx.objectStore("sent").index("order").getAll(mine)) {
        await tx.objectStore("sent").put({ ...sent, again: true });
      }
    },
    { bytes: LARGE_BYTES },
  );
}

/**
 * Keep the sent log to 45 days and 1,000 edits. What the server has not decided yet stays whatever its age, and so do words
 * that were given back until their writer has read so: from that day on they are kept as long as any others.
 */
export async function pruneSent(person: string, now: number = Date.now()): Promise<void> {
  const mine = IDBKeyRange.bound([person, 0], [person, Infinity]);
  const [count, [oldest]] = await outbox((db) =>
    Promise.all([db.countFromIndex("sent", "order", mine), db.getAllFromIndex("sent", "order", mine, 1)]),
  );
  if (!oldest || (count <= SENT_KEPT && now - oldest.sentAt <= SENT_KEPT_MS)) return;
  await noteDecided(person);
  const log = await sentLog(person);
  const spare = log.filter((each, at) => at < log.length - SENT_KEPT || now - begins(each) > SENT_KEPT_MS);
  const ids = spare.filter((each) => isOver(each) && !each.again).map((each) => each.id);
  await writeOutbox(["sent"], (tx) => Promise.all(ids.map((id) => tx.objectStore("sent").delete(id))));
}

const begins = (sent: SentEdit): number =>
  sent.status === "returned" ? (sent.acknowledgedAt ?? sent.sentAt) : sent.sentAt;
