/** Decisions of a person: settling conflicts, merging two visits of one, putting right what was not taken. */
import type { Change } from "../api/wire.ts";
import { tellChanged } from "./changes.ts";
import { writeOutbox } from "./db.ts";
import { dropDeciding, forgetDeciding } from "./deciding.ts";
import { openVisit, putDraft } from "./drafts.ts";
import { ruleOf } from "./fields.ts";
import { noteDecided } from "./decided.ts";
import { mustBeSignedIn } from "./people.ts";
import { ORDER_FIELD } from "./photo_order.ts";
import { append, QUEUE_STORES, type NewEdit } from "./queue.ts";
import { shown } from "./shown.ts";
import { storeText } from "./room.ts";
import type { Choice, ConflictEntry, Edit, EditStory, Json, Overtaken, QueuedEdit, Values } from "./types.ts";
import { difference, isEmpty, lostElement, same, withEdit } from "./values.ts";
import { textOf } from "./view.ts";

export interface Decision {
  readonly conflict: ConflictEntry;
  readonly choice: Choice;
  /** What was written, for "written" only. */
  readonly value: Json;
}

/**
 * Settle several conflicts of one visit, all or none: one `resolve` each, in one transaction. Each says which two sides were
 * looked at: `seen_rev` is the head's rev (the record's own row may have come before its conflict's), `seen_alternative`
 * the edit that the other words came with.
 *
 * @throws NoRoom; then nothing is queued and what was begun is kept
 */
export async function resolveConflicts(
  person: string,
  visitId: string,
  decisions: readonly Decision[],
): Promise<QueuedEdit[]> {
  const entries = decisions.map(({ conflict, choice, value }) => ({
    conflict,
    record: `conflict:${conflict.id}` as const,
    args: { ...sidesSeen(conflict), choice, ...(choice === "written" ? { value } : {}) },
  }));
  const classId = await classOf(person, visitId);
  await noteDecided(person);
  const written = await storeText(() =>
    writeOutbox([...QUEUE_STORES], async (tx) => {
      const queued: QueuedEdit[] = [];
      for (const { conflict, ...entry } of entries) {
        queued.push(
          await append(tx, person, { ...entry, ...PLAIN, op: "resolve", visitId: conflict.visitId, classId }),
        );
        await forgetDeciding(tx, person, conflict.id);
      }
      return queued;
    }),
  );
  tellChanged("outbox");
  return written;
}

const sidesSeen = ({ head, alternative }: ConflictEntry): Values => ({
  seen_rev: head.rev,
  ...(alternative.edit === null ? {} : { seen_alternative: alternative.edit }),
});

const PLAIN = { changes: {}, members: {} } as const;

const classOf = async (person: string, visitId: string): Promise<string | null> =>
  textOf((await shown(person, `visit:${visitId}`)).values, "class_id");

/** "It is the same visit": the losing visit becomes part of `into`. */
export const mergeVisits = (person: string, losingId: string, into: string): Promise<QueuedEdit> =>
  decide(person, losingId, { record: `visit:${losingId}`, op: "merge", ...PLAIN, args: { into } });

/** "It is not": both stay, and the pair is not offered again, unless that is taken back. */
export const notDuplicates = (person: string, visitId: string, otherId: string, isSure = true): Promise<QueuedEdit> =>
  decide(person, visitId, {
    record: `visit:${visitId}`,
    op: "edit",
    changes: {},
    members: { not_duplicate_of: { add: isSure ? [otherId] : [], remove: isSure ? [] : [otherId] } },
    args: {},
  });

/** Somebody else settled it first: write one's own words over theirs, as an edit that says what it has seen. */
export async function keepAsEdit(person: string, { conflict, mine, editId }: Overtaken): Promise<QueuedEdit> {
  const { record, field, decided, visitId } = conflict;
  const isSet = ruleOf(record, field) === "set";
  const changed = isSet ? difference(record, { [field]: decided }, { [field]: mine }) : null;
  const written = changed ?? { changes: { [field]: { old: decided, new: mine } }, members: {} };
  const edit = await decide(person, visitId, { record, op: "edit", ...written, args: {} });
  await letGo(person, conflict.id, editId);
  return edit;
}

/** It was read that somebody else settled it first, and nothing more is wanted. */
export async function letGo(person: string, conflictId: string, editId: string | null): Promise<void> {
  await dropDeciding(person, conflictId);
  if (editId !== null) await acknowledge(person, editId);
}

async function decide(
  person: string,
  visitId: string,
  decision: Omit<NewEdit, "visitId" | "classId">,
): Promise<QueuedEdit> {
  const entry: NewEdit = { ...decision, visitId, classId: await classOf(person, visitId) };
  await noteDecided(person);
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
    writeOutbox(["edits", "persons"], async (tx) => {
      await mustBeSignedIn(tx, person);
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

/**
 * Put the words of an edit that was given back into the visit's draft, where they can be mended and handed in again. What
 * says something else by now, in the draft or at the school, is left as it is; the edit then stays in 需处理, for no other
 * screen has its words. An answer of a family is in no draft: it is written down anew.
 *
 * @returns the fields that say something else
 */
export async function rewriteReturned(person: string, { id, record, visitId, edit }: EditStory): Promise<string[]> {
  if (visitId === null) return [];
  await noteDecided(person);
  const draft = await openVisit(person, visitId);
  const opened = draft.opened[record] ?? (await shown(person, record)).values;
  const now = draft.values[record] ?? opened;
  // Of several that came back, one was put in just before: then its words are what the next one goes on from.
  const follows = ([field, { old }]: [string, Change]): boolean => isEmpty(now[field]) || same(now[field], old);
  const changes = Object.fromEntries(Object.entries(edit.changes).filter(follows));
  const again: Values = withEdit(now, { ...edit, changes });
  const studentId = draft.studentId ?? textOf(again, "student_id");
  await putDraft({
    ...draft,
    studentId,
    opened: { ...draft.opened, [record]: opened },
    values: { ...draft.values, [record]: again },
  });
  const left = Object.entries(edit.changes).filter(([field, change]) => !saysIn(again, field, change.new));
  if (left.length === 0) await acknowledge(person, id);
  return left.map(([field]) => field);
}

/** A choice, a day or a time: it is either said or not. */
const isCode = (value: string): boolean => /^[\w:-]*$/.test(value);

/** Whether a record says all of a value. An order of photos is nobody's words. */
function saysIn(values: Values, field: string, value: Json): boolean {
  if (isEmpty(value) || field === ORDER_FIELD) return true;
  const now = values[field];
  const goesOn = typeof now === "string" && typeof value === "string" && !isCode(value) && now.includes(value);
  return (goesOn || same(now, value)) && !lostElement(field, values);
}

/** The teacher has read how the story of an edit ended. */
export async function acknowledge(person: string, editId: string): Promise<void> {
  await writeOutbox(["sent"], async (tx) => {
    const sent = await tx.objectStore("sent").get(editId);
    if (sent?.person !== person) return;
    await tx.objectStore("sent").put({ ...sent, acknowledged: true, acknowledgedAt: Date.now() });
  });
  tellChanged("outbox");
}
