/** Decisions of a person: settling a conflict, merging two visits of one, putting a parked edit right. */
import type { ConflictEntry, Edit, Json, QueuedEdit } from "./types.ts";

export type Choice = "head" | "alternative" | "both" | "written";
/** Settle a conflict. `value` is what was written, for "written" only. */
export declare function resolveConflict(
  person: string,
  conflict: ConflictEntry,
  choice: Choice,
  value?: Json,
): Promise<QueuedEdit>;
/** "It is the same visit": the losing visit becomes part of `into`. */
export declare function mergeVisits(person: string, losingId: string, into: string): Promise<QueuedEdit>;
/** "It is not": both stay, and neither is offered again. */
export declare function notDuplicates(person: string, visitId: string, otherId: string): Promise<QueuedEdit>;
/** Put a parked edit right: it keeps its id and its place, and is sent again. */
export declare function correctParked(person: string, id: string, changes: Edit["changes"]): Promise<void>;
/** Everything parked, as one JSON text for the office. */
export declare function exportParked(person: string): Promise<string>;
/** The teacher has read that the office returned an edit. */
export declare function acknowledge(person: string, editId: string): Promise<void>;
