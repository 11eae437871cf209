/** Two visits that may be one: which pairs are asked about, and both of a pair beside each other. */
import { splitRef } from "../ids.ts";
import { heldScopes } from "./people.ts";
import type { Attention, Values } from "./types.ts";
import { elements } from "./values.ts";
import { allOf, look, shownIn, studentNameOf, textOf, type View } from "./view.ts";

export interface PairSide {
  readonly id: string;
  readonly visit: Values;
  /** What only those who took part and the 班主任 see; empty where this person does not. */
  readonly secret: Values;
  readonly author: string | null;
}

export interface Pair {
  /** The one that was begun first and stays; the other becomes part of it. */
  readonly stays: PairSide;
  readonly goes: PairSide;
  readonly studentName: string;
  /** Nobody has said yet what the two are. */
  readonly asked: boolean;
  /** The merge would let people read what this person may not open to them: it waits for the 班主任 or the office. */
  readonly waits: boolean;
}

/** Both visits of a pair; null if this phone does not hold them both, or they are one already. */
export async function pairOf(person: string, oneId: string, otherId: string): Promise<Pair | null> {
  const [view, scopes] = await Promise.all([look(person, ["visit", "visit_private", "student"]), heldScopes(person)]);
  const [first, second] = [oneId, otherId].sort().map((id) => sideOf(view, id));
  if (!first || !second) return null;
  const waits = [
    [first, second],
    [second, first],
  ].some(([one, other]) => {
    const isOpened = one && other && [...tookPart(other)].some((each) => !tookPart(one).has(each));
    return (
      isOpened === true && !tookPart(one).has(person) && !scopes.includes(`care:${textOf(one.visit, "class_id") ?? ""}`)
    );
  });
  return {
    stays: first,
    goes: second,
    studentName: studentNameOf(view, first.id),
    asked: duplicatesIn(view).some(
      (each) =>
        each.type === "duplicate" && [each.visitId, each.otherId].sort().join() === [oneId, otherId].sort().join(),
    ),
    waits,
  };
}

function sideOf(view: View, id: string): PairSide | null {
  const { values } = shownIn(view, `visit:${id}`);
  if (textOf(values, "student_id") === null || values["merged_into"]) return null;
  return {
    id,
    visit: values,
    secret: shownIn(view, `visit_private:${id}`).values,
    author: textOf(values, "author_id"),
  };
}

/** Its writer and its visitors: they read all of it. */
function tookPart({ visit, author }: PairSide): Set<string> {
  return new Set([...(author === null ? [] : [author]), ...elements(visit["visitors"])]);
}

/** Visits of one's own that look like another's of the same day: one entry a pair, until somebody has said what they are. */
export function duplicatesIn(view: View): Attention[] {
  const asked = new Set<string>();
  return allOf(view, "visit").flatMap(({ ref, values }) => {
    const visitId = splitRef(ref).id;
    const isOwn = (view.rows.get(ref) ?? []).some((row) => row.scope === `self:${view.person}`);
    if (!isOwn) return [];
    return elements(values["possible_duplicates"]).flatMap((otherId) => {
      const pair = [visitId, otherId].sort().join("+");
      if (asked.has(pair) || isAnswered(view, visitId, otherId) || isAnswered(view, otherId, visitId)) return [];
      asked.add(pair);
      return [{ type: "duplicate" as const, visitId, otherId, studentName: studentNameOf(view, visitId) }];
    });
  });
}

/** One of the two was said not to be the other, or is on its way into it. */
function isAnswered(view: View, visitId: string, otherId: string): boolean {
  const own = view.own.get(`visit:${visitId}`);
  const merges = [...(own?.queued ?? []), ...(own?.sent ?? []).filter((each) => each.status !== "returned")];
  const apart = elements(shownIn(view, `visit:${visitId}`).values["not_duplicate_of"]);
  return (
    apart.includes(otherId) || merges.some((each) => each.edit.op === "merge" && each.edit.args["into"] === otherId)
  );
}
