/** Another tab was quicker: what it has is shown, what was written here meanwhile is put on top, and nothing of it is lost. Pure. */
import { ORDER_FIELD } from "#worker/store/photo_order.ts";
import type { Draft, Json, Values } from "#worker/store/types.ts";
import { isEmpty, same } from "#worker/store/values.ts";
import { formValues, withValues } from "#pwa/components/draft_values.ts";

export interface GivenWay {
  readonly draft: Draft;
  /** Something written here stands in it that the store does not have. */
  readonly changed: boolean;
  /** Fields that both wrote: the other's stands, and these words are offered. */
  readonly offered: Values;
}

/**
 * @param mine - what this tab shows
 * @param base - what this tab last had from the store
 * @param theirs - what the store has now
 */
export function giveWay(mine: Draft, base: Draft, theirs: Draft): GivenWay {
  const [here, before, there] = [formValues(mine), formValues(base), formValues(theirs)];
  const put: Record<string, Json> = {};
  const offered: Record<string, Json> = {};
  for (const [field, value] of Object.entries(here)) {
    if (same(value, before[field]) || same(value, there[field])) continue;
    if (same(there[field], before[field])) put[field] = value;
    else if (areLists(value, there[field])) put[field] = united(there[field], value, before[field]);
    else if (!isEmpty(value) && field !== ORDER_FIELD) offered[field] = value;
  }
  return { draft: withValues(theirs, put), changed: Object.keys(put).length > 0, offered };
}

const isList = (value: Json | undefined): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");
const areLists = (one: Json, other: Json | undefined): boolean => isList(one) && isList(other);

/** What they have, and what was added here. */
function united(theirs: Json | undefined, mine: Json, before: Json | undefined): string[] {
  const [there, was] = [isList(theirs) ? theirs : [], isList(before) ? before : []];
  return [...there, ...(isList(mine) ? mine : []).filter((each) => !there.includes(each) && !was.includes(each))];
}
