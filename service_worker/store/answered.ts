/** What became of the answers that a teacher wrote down for families. */
import { mayRecordFor } from "./children.ts";
import { liesOnTop } from "./overlay.ts";
import { answersGoing } from "./states.ts";
import type { Pending } from "./types.ts";
import { childNameOf, look, shownIn } from "./view.ts";

/** An answer that is not at the school yet. */
export interface AnswerGoing {
  readonly studentId: string;
  readonly studentName: string;
  readonly record: "yes" | "no";
  readonly state: Pending;
}

/** The families' answers that this person wrote down and the school has not taken in, a child's last one each. */
export async function answersWaiting(person: string): Promise<AnswerGoing[]> {
  const view = await look(person, ["student"]);
  return [...answersGoing(view)].map(([studentId, state]) => {
    const { values } = shownIn(view, `student:${studentId}`);
    const record = values["may_record"] === "yes" ? "yes" : "no";
    return { studentId, studentName: childNameOf(view, studentId), record, state };
  });
}

/**
 * The person's last answer for a child was 同意, the school has taken it in, and a refusal stands all the same: it was another
 * guardian's, or was said on the family's own page.
 */
export async function agreedInVain(person: string, studentId: string): Promise<boolean> {
  const view = await look(person, ["student"]);
  const child = shownIn(view, `student:${studentId}`);
  if (mayRecordFor(view, child) !== "no") return false;
  const { sent = [], queued = [] } = view.own.get(child.ref) ?? {};
  if (queued.some((each) => "may_record" in each.edit.changes)) return false; // not heard yet
  const last = sent.filter((each) => "may_record" in each.edit.changes).sort((a, b) => b.order - a.order)[0];
  return last?.edit.changes["may_record"]?.new === "yes" && !liesOnTop(last, child.rev);
}
