/** 放回来 after the page of photos was left: the draft may have been written on meanwhile, and keeps all of that. */
import { openVisit, putDraft } from "#worker/store/drafts.ts";
import type { Person, Values } from "#worker/store/types.ts";
import { formValues, withValues } from "#pwa/components/draft_values.ts";
import { withPhotoBack } from "./photo_values.ts";

/** @param before - the form as it was with the photo */
export async function putPhotoBack(
  person: Person | null,
  visitId: string,
  before: Values,
  sha256: string,
): Promise<void> {
  if (!person) return;
  const draft = await openVisit(person.id, visitId);
  await putDraft(withValues(draft, withPhotoBack(formValues(draft), before, sha256)));
}
