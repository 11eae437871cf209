/** An earlier value taken up again: it becomes part of the visit's draft, and counts when that is handed in. */
import { isoLocal } from "#worker/ids.ts";
import { discardDraft, getDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import type { Draft, Json, RecordRef } from "#worker/store/types.ts";
import { same } from "#worker/store/values.ts";

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
  const written = withField(draft, ref, field, value);
  await putDraft({ ...written, place: { field, scroll: 0 }, updatedAt: isoLocal() });
  return async () => {
    const now = await getDraft(person, visitId);
    if (!now || !same(now.values[ref]?.[field], value)) return; // handed in, put away, or written anew
    const former = draft.values[ref]?.[field] ?? null;
    if (!same({ ...now.values }, { ...written.values }))
      await putDraft({ ...withField(now, ref, field, former), updatedAt: isoLocal() });
    else if (before) await putDraft({ ...before, revision: now.revision });
    else await discardDraft(person, visitId);
  };
}

const withField = (draft: Draft, ref: RecordRef, field: string, value: Json): Draft => ({
  ...draft,
  values: { ...draft.values, [ref]: { ...draft.values[ref], [field]: value } },
});
