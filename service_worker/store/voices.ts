/** The family's voice as it comes back to the teachers: what it confirms and wishes, and what became of opinions. Read-only. */
import type { StoredRow } from "./types.ts";
import { look, resolveAlias, rowsOfKind, textOf } from "./view.ts";
import { elements } from "./values.ts";

/** A family's answer about one visit, as far as it lets the teachers of the class read it. */
export interface FamilyAnswer {
  readonly id: string;
  readonly visitId: string;
  readonly confirmed: boolean;
  /** Codes of what the family says it knows: yes, partly, no; null where it did not say. */
  readonly knows: Readonly<Record<"know_purpose" | "know_child" | "know_teachers", string | null>>;
  readonly nextForms: readonly string[];
  readonly nextTimes: readonly string[];
  readonly text: string;
  /** The school typed it for the family, on the telephone. */
  readonly byPhone: boolean;
  /** ISO 8601, the school's clock. */
  readonly sentAt: string;
}

/** How far the school is with an opinion. */
export interface Outcome {
  readonly status: "received" | "working" | "answered";
  readonly reply: string;
  /** ISO day; null before there is a reply. */
  readonly repliedOn: string | null;
}

/** What families answered about a visit, the oldest first; a visit that became part of another brings its answers along. */
export async function familyAnswers(person: string, visitId: string): Promise<FamilyAnswer[]> {
  const [view, rows] = await Promise.all([look(person, ["visit"]), rowsOfKind(person, "feedback")]);
  const id = resolveAlias(view, visitId);
  return rows
    .map(answerOf)
    .filter((each) => resolveAlias(view, each.visitId) === id)
    .sort((a, b) => a.sentAt.localeCompare(b.sentAt));
}

/** The visits that a family has confirmed. */
export async function confirmedVisits(person: string): Promise<ReadonlySet<string>> {
  const [view, rows] = await Promise.all([look(person, ["visit"]), rowsOfKind(person, "feedback")]);
  const confirmed = rows.map(answerOf).filter((each) => each.confirmed);
  return new Set(confirmed.map((each) => resolveAlias(view, each.visitId)));
}

/** What became of one's own opinions, by the opinion's id; those that the school's office does not handle are left out. */
export async function outcomes(person: string): Promise<ReadonlyMap<string, Outcome>> {
  const found = new Map<string, Outcome>();
  for (const { id, row } of await rowsOfKind(person, "outcome")) {
    const status = textOf(row, "status");
    if (status !== "received" && status !== "working" && status !== "answered") continue;
    found.set(id, { status, reply: textOf(row, "reply") ?? "", repliedOn: textOf(row, "replied_on") });
  }
  return found;
}

/** How many of the things that the school was told were handed to this person and wait. Their words stay at the school. */
export async function handedCount(person: string): Promise<number> {
  return (await rowsOfKind(person, "handed")).filter(({ row }) => row["waits"] === true).length;
}

function answerOf({ id, row }: StoredRow): FamilyAnswer {
  return {
    id,
    visitId: textOf(row, "visit_id") ?? "",
    confirmed: row["confirmed"] === true,
    knows: {
      know_purpose: textOf(row, "know_purpose"),
      know_child: textOf(row, "know_child"),
      know_teachers: textOf(row, "know_teachers"),
    },
    nextForms: elements(row["next_form"]),
    nextTimes: elements(row["next_time"]),
    text: textOf(row, "text") ?? "",
    byPhone: row["by_phone"] === true,
    sentAt: textOf(row, "sent_at") ?? "",
  };
}
