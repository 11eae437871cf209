/** Whether an agreement that a teacher wrote down changed anything at the school. */
import { mayRecordFor } from "./children.ts";
import { liesOnTop } from "./overlay.ts";
import { look, shownIn } from "./view.ts";

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
