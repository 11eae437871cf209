/** Conflicts as the phone shows them: two values of one field, kept until a person settles it. */
import { splitRef } from "../ids.ts";
import { mayRecordIn } from "./children.ts";
import { isFinal } from "./overlay.ts";
import { visitOf } from "./states.ts";
import type { ConflictEntry, Json, RecordRef, SettledConflict, Shown } from "./types.ts";
import { allOf, look, resolveAlias, shownIn, studentNameOf, textOf, type View } from "./view.ts";

/** What must be looked at to show a conflict. */
export const CONFLICT_KINDS = ["visit", "student", "visit_private", "conflict", "reflection", "opinion"];

/** Open conflicts this phone holds, own ones first. */
export async function openConflicts(person: string): Promise<ConflictEntry[]> {
  return conflictsIn(await look(person, CONFLICT_KINDS));
}

export function conflictsIn(view: View): ConflictEntry[] {
  return allOf(view, "conflict")
    .filter((each) => each.values["status"] === "open")
    .map((each) => entryOf(view, each))
    .sort((a, b) => Number(b.own) - Number(a.own));
}

export function settledIn(view: View): SettledConflict[] {
  return allOf(view, "conflict")
    .filter((each) => each.values["status"] === "settled")
    .map((each) => ({
      ...entryOf(view, each),
      settledBy: textOf(each.values, "settled_by"),
      decided: sideOf(each.values["decision"])["value"] ?? null,
    }));
}

type Side = Readonly<Record<string, Json>>;

const sideOf = (value: Json | undefined): Side =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};

function entryOf(view: View, { ref, rev, values }: Shown): ConflictEntry {
  const head = sideOf(values["head"]);
  const alternative = sideOf(values["alternative"]);
  const visitId = visitOf(view, values);
  return {
    id: splitRef(ref).id,
    rev,
    record: (textOf(values, "record") ?? "visit:") as RecordRef,
    field: textOf(values, "field") ?? "",
    base: values["base"] ?? null,
    head: {
      value: head["value"] ?? null,
      rev: typeof head["rev"] === "number" ? head["rev"] : 0,
      by: textOf(head, "by"),
    },
    alternative: {
      value: alternative["value"] ?? null,
      edit: textOf(alternative, "edit"),
      by: textOf(alternative, "by"),
      madeAt: textOf(alternative, "made_at"),
    },
    own: values["owner"] === view.person,
    visitId,
    studentName: studentNameOf(view, visitId),
    mayRecord: mayRecordIn(view, shownIn(view, `visit:${resolveAlias(view, visitId)}`).values),
    settling: isSettling(view, ref, rev),
    again: view.own.get(ref)?.sent.at(-1)?.status === "conflict",
  };
}

/** A decision of this person is on its way, or was taken and its row has not come yet. */
function isSettling(view: View, ref: RecordRef, rev: number): boolean {
  const own = view.own.get(ref);
  if (!own) return false;
  return (
    own.queued.length > 0 ||
    own.sent.some((each) => !isFinal(each.status) || (each.status === "applied" && (each.rev ?? 0) > rev))
  );
}
