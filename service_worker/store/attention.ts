/** What 需处理 is made of: conflicts, decisions begun, edits that gave trouble. */
import type { Edit, Json, RecordRef } from "../api/wire.ts";
import type { MayRecord } from "./types.ts";

export interface ConflictEntry {
  readonly id: string;
  /** Grows whenever one of its sides changes: a choice holds for the rev that was looked at. */
  readonly rev: number;
  readonly record: RecordRef;
  readonly field: string;
  readonly base: Json;
  /** `rev`: the record's when it got this value, which is what a decision says it has seen. The record itself may be newer. */
  readonly head: { readonly value: Json; readonly rev: number; readonly by: string | null };
  /** `edit`: the one that brought these words, which is what a decision says it has seen of this side. */
  readonly alternative: {
    readonly value: Json;
    readonly edit: string | null;
    readonly by: string | null;
    readonly madeAt: string | null;
  };
  /** The alternative is this person's own words. */
  readonly own: boolean;
  readonly visitId: string;
  readonly studentName: string;
  /** What the families of the visit let the school write down. */
  readonly mayRecord: MayRecord;
  /** A decision of this person is on its way. */
  readonly settling: boolean;
  /** This person's last decision came after the field had changed: it is asked again. */
  readonly again: boolean;
}

/** A conflict that a person has settled. */
export interface SettledConflict extends ConflictEntry {
  readonly settledBy: string | null;
  readonly decided: Json;
}

/** What a person has said about a conflict: one of its sides, both, or words of their own. */
export type Choice = "head" | "alternative" | "both" | "written";

/** A decision that is not taken yet; it survives reload, kill and restart. */
export interface Deciding {
  readonly conflictId: string;
  readonly visitId: string;
  readonly choice: Choice | null;
  /** What was written so far, for "written"; kept while another choice is tried. */
  readonly written: Json;
  /** The conflict's rev that was looked at. */
  readonly seen: number;
}

/** Somebody else settled a conflict on which this person had written, or decided, something of their own. */
export interface Overtaken {
  readonly type: "overtaken";
  readonly conflict: SettledConflict;
  readonly mine: Json;
  /** The own decision that came too late; null for one that was never sent. */
  readonly editId: string | null;
}

/** One own edit that waits for a person, or gave trouble. */
export interface EditStory {
  /**
   * quarantined: the office decides · parked: put right or export · stuck: keeps failing, still tried · returned: given
   * back · held: waits for an earlier one or a newer server, by itself.
   */
  readonly type: "quarantined" | "parked" | "stuck" | "returned" | "held";
  readonly id: string;
  readonly record: RecordRef;
  /** null for an answer of a family, which belongs to its child. */
  readonly visitId: string | null;
  /** The child of such an answer; null for all else. */
  readonly studentId: string | null;
  readonly studentName: string;
  readonly reason: string | null;
  readonly message: string | null;
  readonly case: string | null;
  readonly edit: Edit;
}

/** What a person must look at, one entry for each thing that 需处理 lists; see `attention()` in mine.ts. */
export type Attention =
  | {
      readonly type: "conflicts";
      readonly visitId: string;
      readonly studentName: string;
      /** This person's own; others' of the same visit may be settled beside them. */
      readonly conflicts: readonly ConflictEntry[];
    }
  | Overtaken
  | EditStory
  | {
      readonly type: "photo";
      readonly sha256: string;
      readonly visitId: string | null;
      readonly studentName: string;
      readonly reason: string | null;
      readonly message: string | null;
    }
  | { readonly type: "duplicate"; readonly visitId: string; readonly otherId: string; readonly studentName: string };

/** 需处理 as its page lists it: what waits for the person, and what only waits. */
export interface Todo {
  readonly items: readonly Attention[];
  readonly held: readonly EditStory[];
}
