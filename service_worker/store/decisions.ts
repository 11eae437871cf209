/** Decisions of a person: settling a conflict, merging two visits of one, putting a parked edit right. */
import { tellChanged } from "./changes.ts";
import { writeOutbox } from "./db.ts";
import { append, QUEUE_STORES, queued, type NewEdit } from "./queue.ts";
import { shown } from "./shown.ts";
import { storeText } from "./room.ts";
import type { ConflictEntry, Edit, Json, QueuedEdit } from "./types.ts";
import { textOf } from "./view.ts";

export type Choice = "head" | "alternative" | "both" | "written";

/** Settle a conflict. `value` is what was written, for "written" only. `seen_rev` is the record's rev that was looked at. */
export function resolveConflict(
  person: string,
  conflict: ConflictEntry,
  choice: Choice,
  value: Json = null,
): Promise<QueuedEdit> {
  const args = { seen_rev: conflict.recordRev, choice, ...(choice === "written" ? { value } : {}) };
  return decide(person, conflict.visitId, { record: `conflict:${conflict.id}`, op: "resolve", args });
}

/** "It is the same visit": the losing visit becomes part of `into`. */
export const mergeVisits = (person: string, losingId: string, into: string): Promise<QueuedEdit> =>
  decide(person, losingId, { record: `visit:${losingId}`, op: "merge", args: { into } });

/** "It is not": both stay, and the pair is not offered again. */
export const notDuplicates = (person: string, visitId: string, otherId: string): Promise<QueuedEdit> =>
  decide(person, visitId, {
    record: `visit:${visitId}`,
    op: "edit",
    args: {},
    members: { not_duplicate_of: { add: [otherId], remove: [] } },
  });

type Decision = Pick<NewEdit, "record" | "op" | "args"> & Partial<Pick<NewEdit, "members">>;

async function decide(person: string, visitId: string, decision: Decision): Promise<QueuedEdit> {
  const classId = textOf((await shown(person, `visit:${visitId}`)).values, "class_id");
  const entry: NewEdit = { changes: {}, members: {}, ...decision, visitId, classId };
  const written = await storeText(() => writeOutbox([...QUEUE_STORES], (tx) => append(tx, person, entry)));
  tellChanged("outbox");
  return written;
}

/**
 * Put a parked edit right: it keeps its id, its place and its predecessor, and is sent again. The server stored nothing
 * under its id, so this is the one case in which an edit's content may change.
 */
export async function correctParked(person: string, id: string, changes: Edit["changes"]): Promise<void> {
  await storeText(() =>
    writeOutbox(["edits"], async (tx) => {
      const parked = await tx.objectStore("edits").get(id);
      if (parked?.person !== person || parked.state !== "parked") return;
      const edit = { ...parked.edit, changes };
      await tx
        .objectStore("edits")
        .put({ ...parked, edit, state: "waiting", reason: null, message: null, failures: 0, notBefore: 0 });
    }),
  );
  tellChanged("outbox");
}

/** Everything parked, as one JSON text for the office. */
export async function exportParked(person: string): Promise<string> {
  const parked = (await queued(person)).filter((each) => each.state === "parked");
  return JSON.stringify(
    parked.map(({ edit, reason, message }) => ({ edit, reason, message })),
    null,
    2,
  );
}

/** The teacher has read that the office returned an edit. */
export async function acknowledge(person: string, editId: string): Promise<void> {
  await writeOutbox(["sent"], async (tx) => {
    const sent = await tx.objectStore("sent").get(editId);
    if (sent?.person === person) await tx.objectStore("sent").put({ ...sent, acknowledged: true });
  });
  tellChanged("outbox");
}
