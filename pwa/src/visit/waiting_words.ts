/** The words of a visit that stay on this phone because its family does not want them kept. Pure. */
import { factsOf } from "#worker/store/consent.ts";
import type { Draft, RecordRef, Values } from "#worker/store/types.ts";
import { isEmpty, same } from "#worker/store/values.ts";
import { formValues } from "#pwa/components/draft_values.ts";
import type { Labels } from "#pwa/components/labels.ts";
import { valueWords } from "#pwa/components/value_words.ts";

/** For so long a family may still change its mind before the teacher is asked what becomes of the words. */
export const WAITS_DAYS = 14;

/** Of an opinion and of a photo only what was written is read; all else that is chosen there says nothing by itself. */
const ASIDE =
  /^(opinions|reflections|photo_order|(opinions|photos)\/[^/]+\/(from|kind|about_staff|pass_on|use|agreed_on_spot))$/;

export interface Waiting {
  readonly field: string;
  readonly label: string;
  readonly text: string;
}

export function waitingWords(draft: Draft, names: ReadonlyMap<string, string>, labels: Labels): Waiting[] {
  return Object.entries(waitingIn(draft))
    .filter(([field, value]) => !ASIDE.test(field) && !isEmpty(value) && value !== false)
    .map(([field, value]) => ({ field, label: labels.field(field), text: valueWords(field, value, names, labels) }));
}

/** What the form shows and the school may not have. */
function waitingIn(draft: Draft): Values {
  const facts = factsOf(draft).values;
  const left = (Object.entries(draft.values) as [RecordRef, Values][]).map(([ref, values]) => {
    const waits = Object.entries(values).filter(([field, value]) => !same(value, facts[ref]?.[field]));
    return [ref, Object.fromEntries(waits)] as const;
  });
  return formValues({ id: draft.id, values: Object.fromEntries(left) });
}
