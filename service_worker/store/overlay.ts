/** What is shown of a record: the server's row, with the person's own edits on top until the row has caught up. Pure. */
import type { OutcomeStatus, RecordRef, SentEdit, QueuedEdit, Shown, StoredRow, Values } from "./types.ts";
import { withEdit } from "./values.ts";

/** A sent edit with the newest that is known: the server renews a row of kind `edit` whenever its story goes on. */
export function latestOf(sent: SentEdit, news: StoredRow | undefined): SentEdit {
  if (!news) return sent;
  const { status, rev, reason, message, note, conflicts } = news.row;
  const text = (value: unknown, otherwise: string | null): string | null =>
    typeof value === "string" ? value : otherwise;
  return {
    ...sent,
    status: typeof status === "string" ? (status as OutcomeStatus) : sent.status,
    rev: typeof rev === "number" ? rev : sent.rev,
    conflicts: Array.isArray(conflicts) ? conflicts.filter((id) => typeof id === "string") : sent.conflicts,
    reason: text(reason, sent.reason),
    message: text(note, text(message, sent.message)), // the office's own words before the general sentence
    case: text(news.row["case"], sent.case),
  };
}

/** Whether the server has said its last word on an edit. A conflict's edit is done: the conflict is a record of its own. */
export const isFinal = (status: OutcomeStatus): boolean => status !== "held" && status !== "quarantined";

/** Whether nobody waits for anything more of a sent edit: decided, and where it was given back its writer has read so. */
export const isOver = (sent: SentEdit): boolean =>
  isFinal(sent.status) && (sent.status !== "returned" || sent.acknowledged);

/** Whether a sent edit still has to be laid on top of a row with `rowRev` (0: no row). */
export function liesOnTop(sent: SentEdit, rowRev: number): boolean {
  if (sent.status === "held" || sent.status === "quarantined") return true;
  const merged = sent.status === "applied" || sent.status === "conflict";
  return merged && (sent.rev === null ? rowRev === 0 : sent.rev > rowRev);
}

/** One record from its row and the person's own edits of it, sent and unsent. */
export function lay(
  ref: RecordRef,
  row: StoredRow | undefined,
  sent: readonly SentEdit[],
  queued: readonly QueuedEdit[],
): Shown {
  const rev = row?.rev ?? 0;
  const tops = [...sent.filter((each) => liesOnTop(each, rev)), ...queued]
    .filter((each) => each.edit.op === "edit")
    .sort((a, b) => a.order - b.order);
  const base: Values = row?.row ?? ofTheDay(tops);
  return { ref, rev, values: tops.reduce((values, each) => withEdit(values, each.edit), base) };
}

/** Before there is a row: the class that the visit is written for, which the server will say itself. */
function ofTheDay(tops: readonly (SentEdit | QueuedEdit)[]): Values {
  const [first] = tops;
  return first?.record.startsWith("visit:") === true && first.classId !== null ? { class_id: first.classId } : {};
}

/** Of the same record's rows in several scopes, the newest. */
export function newest(rows: readonly StoredRow[]): StoredRow | undefined {
  return rows.reduce<StoredRow | undefined>(
    (best, row) => (best === undefined || row.rev > best.rev ? row : best),
    undefined,
  );
}
