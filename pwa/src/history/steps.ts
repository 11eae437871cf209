/** The way a visit went, step by step, from the histories of its records. Pure. */
import type { History, Settlement, Version } from "#worker/api/history.ts";
import { splitRef } from "#worker/ids.ts";
import { FIELDS, ruleOf } from "#worker/store/fields.ts";
import type { Json, RecordRef, Shown } from "#worker/store/types.ts";
import { isEmpty, same } from "#worker/store/values.ts";

export interface StepChange {
  readonly field: string;
  readonly old: Json;
  readonly new: Json;
  /** Whose the old value was, where that is another than who changed it: of a settlement. */
  readonly whose: string | null;
  /** The earlier value can be taken up again: it is another than what stands now. */
  readonly back: boolean;
}

/** What one person changed at one time. */
export interface Step {
  readonly key: string;
  readonly ref: RecordRef;
  readonly at: string;
  readonly by: string | null;
  /** The record began with it: there was nothing before. */
  readonly begins: boolean;
  /** Two wrote one field differently, and this was decided: `old` was not kept, `new` was. */
  readonly settles: boolean;
  /** In another record, which was merged into this one afterwards. */
  readonly elsewhere: boolean;
  /** Two records became one: this took over what the other held. */
  readonly merges: boolean;
  readonly changes: readonly StepChange[];
}

/** All steps of all records, newest first. Ties between records and what came into being by itself are left out. */
export function stepsOf(records: readonly { readonly shown: Shown; readonly history: History }[]): Step[] {
  const steps = records.flatMap(({ shown, history }) =>
    typeof history === "string"
      ? []
      : [
          ...history.settled.map((settled) => settlementOf(shown, settled)),
          ...history.versions.map((version) => stepOf(shown, version)),
        ],
  );
  return steps.filter((step) => step.changes.length > 0).sort((a, b) => b.at.localeCompare(a.at));
}

function stepOf(shown: Shown, version: Version): Step {
  const { rev, at, by, merged_from: from, merges } = version;
  const changes = version.changes
    .filter(({ field, old, new: value }) => isWritten(shown.ref, field) && !(isEmpty(old) && isEmpty(value)))
    .map((change) => ({ ...change, whose: null, back: canComeBack(shown, change.field, change.old, from) }));
  const key = `${shown.ref}/${from === null ? "" : `${from}/`}${rev}`;
  return { key, ref: shown.ref, at, by, begins: rev === 1, settles: false, elsewhere: from !== null, merges, changes };
}

function settlementOf(shown: Shown, { id, at, by, field, kept, left, merged_from: from }: Settlement): Step {
  const changes = isWritten(shown.ref, field)
    ? left.map(({ value, by: whose }) => ({
        field,
        old: value,
        new: kept,
        whose,
        back: canComeBack(shown, field, value, from),
      }))
    : [];
  const key = `conflict:${id}`;
  return {
    key,
    ref: shown.ref,
    at,
    by,
    begins: false,
    settles: true,
    elsewhere: from !== null,
    merges: false,
    changes,
  };
}

/** What ties records and links together; nobody wrote it. */
const TIES = new Set(["visit_id", "tickets"]);

const isWritten = (ref: RecordRef, field: string): boolean => {
  const [name = ""] = field.split("/");
  return !TIES.has(name) && ruleOf(ref, name) !== null && name in (FIELDS[splitRef(ref).kind] ?? {});
};

/** Of one record and not of the visit: it comes back from no other. */
const OF_THE_RECORD = new Set(["void_reason", "photo_order", "not_duplicate_of"]);

/** What is written once stays; photos come and go on their own page, where their pictures are; a confirmation is a person's own. */
function canComeBack({ ref, values }: Shown, field: string, old: Json, from: string | null): boolean {
  if (ruleOf(ref, field) === "once" || field.includes("/") || field === "photos" || field === "confirmed_by")
    return false;
  if (from !== null && OF_THE_RECORD.has(field)) return false;
  return !isEmpty(old) && !same(values[field] ?? null, old);
}
