/**
 * Edits that the office gave back. Nothing of them is at the school, so a draft must not take their words for handed in: it
 * was opened while they lay on top of the record, and only what differs from how it was opened is ever sent.
 */
import type { OutboxStore, OutboxWrite } from "./db.ts";
import { keepOver } from "./revisions.ts";
import type { Draft, Json, QueuedEdit, RecordRef, SentEdit, Values } from "./types.ts";
import { elements, same } from "./values.ts";

/** The stores that a transaction which calls `takeFromDrafts` must hold. */
export const GIVEN_BACK_STORES: OutboxStore[] = ["edits", "sent", "drafts", "meta"];

/** Take what was given back out of what the person's drafts were opened on, within the transaction that notes it. */
export async function takeFromDrafts(tx: OutboxWrite, person: string): Promise<void> {
  for (const draft of await tx.objectStore("drafts").index("person").getAll(person)) {
    const mended = await withoutReturned(tx, draft);
    if (mended !== draft) await keepOver(tx, mended);
  }
}

/** The draft as if it had been opened without what was given back; the same one if nothing of that is in it. */
export async function withoutReturned(tx: OutboxWrite, draft: Draft): Promise<Draft> {
  const opened = { ...draft.opened };
  let isMended = false;
  for (const [ref, values] of Object.entries(draft.opened) as [RecordRef, Values][]) {
    const before = openedWithout(values, await newestFirst(tx, draft.person, ref));
    if (before === values) continue;
    opened[ref] = before;
    isMended = true;
  }
  return isMended ? { ...draft, opened } : draft;
}

async function newestFirst(tx: OutboxWrite, person: string, ref: RecordRef): Promise<(QueuedEdit | SentEdit)[]> {
  const key = IDBKeyRange.only([person, ref]);
  const sent = await tx.objectStore("sent").index("record").getAll(key);
  if (!sent.some(isReturned)) return [];
  return [...sent, ...(await tx.objectStore("edits").index("record").getAll(key))].sort((a, b) => b.order - a.order);
}

const isReturned = (each: QueuedEdit | SentEdit): boolean => "status" in each && each.status === "returned";

/** What was shown, each field and element as it was before the edits that were given back; what another edit wrote since stands. */
function openedWithout(shown: Values, edits: readonly (QueuedEdit | SentEdit)[]): Values {
  const before: Record<string, Json> = { ...shown };
  for (const field of new Set(edits.filter(isReturned).flatMap(({ edit }) => Object.keys(edit.changes)))) {
    before[field] = fieldWithout(field, shown[field] ?? null, edits);
  }
  for (const field of new Set(edits.filter(isReturned).flatMap(({ edit }) => Object.keys(edit.members)))) {
    before[field] = setWithout(field, elements(shown[field]), edits);
  }
  return Object.keys(before).every((field) => same(before[field], shown[field])) ? shown : before;
}

function fieldWithout(field: string, shown: Json, edits: readonly (QueuedEdit | SentEdit)[]): Json {
  let value = shown;
  for (const each of edits) {
    const change = each.edit.changes[field];
    if (!change || !same(change.new, value)) continue;
    if (!isReturned(each)) break;
    value = change.old;
  }
  return value;
}

function setWithout(field: string, shown: readonly string[], edits: readonly (QueuedEdit | SentEdit)[]): string[] {
  const moved = edits.filter(isReturned).flatMap(({ edit }) => edit.members[field]?.remove ?? []);
  const isIn = (element: string): boolean => {
    let held = shown.includes(element);
    for (const each of edits) {
      const { add = [], remove = [] } = each.edit.members[field] ?? {};
      if (!(held ? add : remove).includes(element)) continue;
      if (!isReturned(each)) break;
      held = !held;
    }
    return held;
  };
  return [...new Set([...shown, ...moved])].filter(isIn);
}
