/** An earlier value taken up again: it becomes part of the visit's draft, and counts when that is handed in. */
import { isoLocal } from "#worker/ids.ts";
import { discardDraft, getDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import type { Json, RecordRef } from "#worker/store/types.ts";

/**
 * Put a value into the visit's draft.
 *
 * @returns how to take that back
 * @throws NoRoom; then nothing has changed
 */
export async function bringBack(
  person: string,
  visitId: string,
  ref: RecordRef,
  field: string,
  value: Json,
): Promise<() => Promise<void>> {
  const before = await getDraft(person, visitId);
  const draft = await openVisit(person, visitId);
  const records = { ...draft.values, [ref]: { ...draft.values[ref], [field]: value } };
  await putDraft({ ...draft, values: records, place: { field, scroll: 0 }, updatedAt: isoLocal() });
  return async () => {
    if (before) await putDraft(before);
    else await discardDraft(person, visitId);
  };
}
