/**
 * A draft's records as one form, and what the form says put back into the record each belongs to: the visit, its private
 * part, one's own reflection, and one record for each opinion. Pure, but for the ids of new records.
 *
 * In the form, an opinion's fields stand under `opinions/<id>/<field>`, and those of a second reflection (written on another
 * phone of the same person) under `reflections/<id>/<field>`.
 */
import { isoLocal, newId, splitRef } from "#worker/ids.ts";
import { FIELDS } from "#worker/store/fields.ts";
import type { Draft, Json, RecordRef, Values } from "#worker/store/types.ts";

const LISTS = { opinions: "opinion", reflections: "reflection" } as const;
const isOwn = (kind: string, field: string): boolean => field !== "visit_id" && field in (FIELDS[kind] ?? {});

const refsOf = (draft: Pick<Draft, "values">, kind: string): RecordRef[] =>
  (Object.keys(draft.values) as RecordRef[]).filter((ref) => splitRef(ref).kind === kind);

/** The draft's records as the form shows them. An opinion whose text is null was taken away. */
export function formValues(draft: Pick<Draft, "id" | "values">): Values {
  const [first, ...others] = refsOf(draft, "reflection");
  const opinions = refsOf(draft, "opinion").filter((ref) => typeof draft.values[ref]?.["text"] === "string");
  return {
    ...(first && owned("reflection", draft.values[first])),
    ...owned("visit_private", draft.values[`visit_private:${draft.id}`]),
    ...draft.values[`visit:${draft.id}`],
    ...listed("reflections", others, draft),
    ...listed("opinions", opinions, draft),
  };
}

const owned = (kind: string, values: Values = {}): Values =>
  Object.fromEntries(Object.entries(values).filter(([field]) => isOwn(kind, field)));

function listed(name: keyof typeof LISTS, refs: readonly RecordRef[], draft: Pick<Draft, "values">): Values {
  if (refs.length === 0) return {};
  const next: Record<string, Json> = { [name]: refs.map((ref) => splitRef(ref).id) };
  for (const ref of refs) {
    const fields = Object.entries(owned(LISTS[name], draft.values[ref]));
    for (const [field, value] of fields) next[`${name}/${splitRef(ref).id}/${field}`] = value;
  }
  return next;
}

/** Put values into the record each belongs to. The first words of a reflection make its record. */
export function withValues(draft: Draft, values: Values): Draft {
  let records = draft.values;
  for (const [path, value] of Object.entries(values)) {
    const { ref, field } = placeOf(records, draft.id, path);
    records = { ...records, [ref]: { ...records[ref], [field]: value } };
  }
  const visit = records[`visit:${draft.id}`];
  const student = visit?.["student_id"];
  if ("student_id" in values && student !== draft.studentId && draft.studentId !== null && !("also_for" in values))
    records = { ...records, [`visit:${draft.id}`]: { ...visit, also_for: [] } }; // it was another family's
  const studentId = typeof student === "string" ? student : null;
  return { ...draft, studentId, values: records, updatedAt: isoLocal() };
}

function placeOf(records: Draft["values"], visitId: string, path: string): { ref: RecordRef; field: string } {
  const [list, id, field] = path.split("/");
  if (list !== undefined && list in LISTS && id !== undefined && field !== undefined)
    return { ref: `${LISTS[list as keyof typeof LISTS]}:${id}`, field };
  if (isOwn("visit_private", path)) return { ref: `visit_private:${visitId}`, field: path };
  if (!isOwn("reflection", path)) return { ref: `visit:${visitId}`, field: path };
  const [first] = refsOf({ values: records }, "reflection");
  return { ref: first ?? `reflection:${newId()}`, field: path };
}

/** The values that begin an opinion of the family; its words are the teacher's to write. */
export function newOpinion(): { readonly id: string; readonly values: Values } {
  const id = newId();
  const preset = { text: "", from: "family", pass_on: "anonymous" };
  return { id, values: Object.fromEntries(Object.entries(preset).map(([f, value]) => [`opinions/${id}/${f}`, value])) };
}
