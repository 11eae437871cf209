/** What the school said of the person's visits (已阅, 请补充), until the teacher has answered or read it away. */
import { splitRef } from "../ids.ts";
import { tellChanged } from "./changes.ts";
import { mayRecordIn } from "./children.ts";
import { outbox, writeOutbox } from "./db.ts";
import { person as personOf } from "./people.ts";
import type { Edit, QueuedEdit, SentEdit } from "./types.ts";
import { allOf, look, resolveAlias, rowsOfKind, shownIn, studentNameOf, textOf, type View } from "./view.ts";

export interface ReviewEntry {
  /** The review's own id; with `rev` it names what was said, should more be said later. */
  readonly id: string;
  readonly rev: number;
  readonly visitId: string;
  readonly studentName: string;
  readonly state: "read" | "more";
  readonly words: string;
  /** Name of who said it; "" if this phone does not know them. */
  readonly by: string;
  /** ISO 8601, the school's clock. */
  readonly at: string;
}

type Said = Pick<ReviewEntry, "id" | "rev">;

const KINDS = ["review", "visit", "student", "staff"];
/** In `meta`: which rev of a review the teacher has read away, by 知道了. */
const readKey = (person: string, id: string): string => `review:${person}:${id}`;

/**
 * What the school said and the teacher has neither answered by an edit handed in later nor read away; newest first. Where the
 * family refuses the record there is nothing to add.
 */
export async function reviewsOf(person: string): Promise<ReviewEntry[]> {
  if ((await rowsOfKind(person, "review")).length === 0) return []; // as at most times: nothing else is read then
  const [view, who] = await Promise.all([look(person, KINDS), personOf(person)]);
  const found = allOf(view, "review").map(({ ref, rev, values }) => {
    const visitId = resolveAlias(view, textOf(values, "visit_id") ?? "");
    const state = values["state"] === "more" ? ("more" as const) : ("read" as const);
    return {
      id: splitRef(ref).id,
      rev,
      visitId,
      studentName: studentNameOf(view, visitId),
      state,
      words: textOf(values, "words") ?? "",
      by: nameOf(view, textOf(values, "by")),
      at: textOf(values, "at") ?? "",
    };
  });
  const offsetMs = who?.offsetMs ?? 0;
  const open = found.filter(
    (each) => each.visitId !== "" && !isPointless(view, each) && !isAnswered(view, each, offsetMs),
  );
  const unread = await Promise.all(open.map((each) => isUnread(person, each)));
  return open.filter((_, at) => unread[at]).sort((a, b) => b.at.localeCompare(a.at));
}

/** 知道了: what was said is read; it stays away until the school says something else, or the teacher takes it back. */
export async function putReviewAway(person: string, review: Said, away = true): Promise<void> {
  await writeOutbox(["meta"], async (tx) => {
    if (away) await tx.objectStore("meta").put(review.rev, readKey(person, review.id));
    else await tx.objectStore("meta").delete(readKey(person, review.id));
  });
  tellChanged("rows");
}

const nameOf = (view: View, id: string | null): string =>
  allOf(view, "staff").flatMap(({ ref, values }) =>
    splitRef(ref).id === id ? [textOf(values, "name") ?? ""] : [],
  )[0] ?? "";

/** More was asked for of a family that lets nothing be written down. */
const isPointless = (view: View, { state, visitId }: ReviewEntry): boolean =>
  state === "more" && mayRecordIn(view, shownIn(view, `visit:${visitId}`).values) === "no";

/** An edit of the visit, or of what belongs to it, was handed in after the school spoke: both times on the school's clock. */
function isAnswered(view: View, review: ReviewEntry, offsetMs: number): boolean {
  const at = Date.parse(review.at);
  const mine: readonly (QueuedEdit | SentEdit)[] = [...view.queued, ...view.sent];
  return mine.some(
    (each) =>
      each.visitId !== null &&
      resolveAlias(view, each.visitId) === review.visitId &&
      !onlyNamesCode(each.edit) &&
      Date.parse(each.edit.made_at) + offsetMs > at,
  );
}

/** A code shown to the family is named in its visit: nothing was written then. An edit that is empty had words once (refused.ts). */
const onlyNamesCode = ({ op, changes, members }: Edit): boolean =>
  op === "edit" && Object.keys(changes).length === 0 && Object.keys(members).join() === "tickets";

async function isUnread(person: string, review: Said): Promise<boolean> {
  const read = await outbox((db) => db.get("meta", readKey(person, review.id)));
  return read !== review.rev;
}
