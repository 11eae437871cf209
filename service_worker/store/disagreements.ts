/**
 * What two people wrote differently in one visit, and what somebody else settled while this person was writing or had
 * decided otherwise: said, and nothing lost.
 */
import { CONFLICT_KINDS, conflictsIn, settledIn } from "./conflicts.ts";
import { decidingOf } from "./deciding.ts";
import { chosen } from "./merging.ts";
import type { Choice, ConflictEntry, Deciding, Json, Overtaken, SentEdit, SettledConflict } from "./types.ts";
import { isEmpty, same } from "./values.ts";
import { look, resolveAlias, studentNameOf, type View } from "./view.ts";

export interface Disagreements {
  readonly studentName: string;
  /** Those that wait for a decision, own ones first; of several about one field the first, since the next depends on it. */
  readonly open: readonly ConflictEntry[];
  /** How many wait behind the one of their field. */
  readonly behind: number;
  /** Settled by others. */
  readonly settled: readonly SettledConflict[];
  readonly overtaken: readonly Overtaken[];
}

/** All that two people wrote differently in one visit and in what belongs to it. */
export async function disagreementsOf(person: string, visitId: string): Promise<Disagreements> {
  const [view, begun] = await Promise.all([look(person, CONFLICT_KINDS), decidingOf(person)]);
  const id = resolveAlias(view, visitId);
  const isHere = (each: ConflictEntry): boolean => resolveAlias(view, each.visitId) === id;
  const waiting = conflictsIn(view).filter((each) => isHere(each) && !each.settling);
  const open = firstOfEachField(waiting);
  return {
    studentName: studentNameOf(view, id),
    open,
    behind: waiting.length - open.length,
    settled: settledIn(view).filter((each) => isHere(each) && each.settledBy !== person),
    overtaken: overtakenIn(view, begun).filter((each) => isHere(each.conflict)),
  };
}

function firstOfEachField(conflicts: readonly ConflictEntry[]): ConflictEntry[] {
  const seen = new Set<string>();
  return conflicts.filter(({ record, field }) => {
    const place = `${record}/${field}`;
    const isFirst = !seen.has(place);
    seen.add(place);
    return isFirst;
  });
}

export function overtakenIn(view: View, deciding: readonly Deciding[]): Overtaken[] {
  const begun = new Map(deciding.map((each) => [each.conflictId, each]));
  return settledIn(view).flatMap((conflict) => {
    if (conflict.settledBy === view.person) return [];
    const own = begun.get(conflict.id);
    const said = own ? ofBegun(own, conflict) : ofSent(view.own.get(`conflict:${conflict.id}`)?.sent.at(-1), conflict);
    return said && !same(said.mine, conflict.decided) ? [said] : [];
  });
}

/** Only words of one's own are worth telling of: a mere choice was never sent. */
function ofBegun(begun: Deciding, conflict: SettledConflict): Overtaken | null {
  return isEmpty(begun.written) ? null : { type: "overtaken", conflict, mine: begun.written, editId: null };
}

/** A decision that arrived after another one and changed nothing. */
function ofSent(sent: SentEdit | undefined, conflict: SettledConflict): Overtaken | null {
  if (sent?.status !== "applied" || sent.acknowledged) return null;
  const { choice, value } = sent.edit.args as { choice: Choice; value?: Json };
  return { type: "overtaken", conflict, mine: chosen(conflict, choice, value ?? null), editId: sent.id };
}
