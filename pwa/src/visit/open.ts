/** Opening a visit's form: its draft, or the visit as it is now, or a new one for a student. */
import { today } from "#worker/ids.ts";
import { getDraft, newDraft, openVisit } from "#worker/store/drafts.ts";
import { studentPage } from "#worker/store/records.ts";
import type { Draft } from "#worker/store/types.ts";
import { isEmpty } from "#worker/store/values.ts";
import { lastCompanions } from "./companions.ts";

export interface Opened {
  readonly draft: Draft;
  /** It lies in the store as a draft. */
  readonly kept: boolean;
}

/** @returns null, if there is no such visit on this phone and no student to begin one for */
export async function openForm(person: string, id: string, studentId: string | null): Promise<Opened | null> {
  const kept = (await getDraft(person, id)) !== undefined;
  const known = await openVisit(person, id);
  if (kept) return { draft: known, kept };
  if (!isEmpty(known.values[`visit:${id}`]?.["student_id"])) return { draft: known, kept: false };
  return studentId === null
    ? null
    : { draft: { ...(await beginDraft(person, id, studentId)), revision: known.revision }, kept: false };
}

/** Today and 登门 are preset; the result is not: it has to be somebody's word. */
async function beginDraft(person: string, id: string, studentId: string): Promise<Draft> {
  const page = await studentPage(person, studentId);
  const visit = {
    student_id: studentId,
    visit_date: today(),
    visit_form: "home",
    visit_type: "general",
    visitors: [person, ...lastCompanions(person)],
  };
  const draft = newDraft(person, page?.student.classId ?? null, visit);
  return { ...draft, id, values: { [`visit:${id}`]: visit } };
}
