/** The sync protocol's JSON as the phone sends and reads it (docs/protocol.md). Wire names are the server's names. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** "kind:id", such as "visit:0199…". */
export type RecordRef = `${string}:${string}`;

/** "audience:id", such as "class:0199…". */
export type Scope = `${string}:${string}`;

export interface Change {
  readonly old: Json;
  readonly new: Json;
}

export interface Members {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** One edit as it travels. Once written it never changes: the server knows it by its id and the hash of its bytes. */
export interface Edit {
  readonly id: string;
  readonly record: RecordRef;
  readonly after: string | null;
  readonly op: "edit" | "resolve" | "merge";
  readonly v: number;
  readonly made_at: string;
  readonly changes: Readonly<Record<string, Change>>;
  readonly members: Readonly<Record<string, Members>>;
  readonly args: Readonly<Record<string, Json>>;
}

export type OutcomeStatus = "applied" | "conflict" | "held" | "quarantined" | "erased" | "refused" | "returned";

export interface Outcome {
  readonly id: string;
  readonly status: OutcomeStatus;
  readonly custody: boolean;
  readonly rev?: number | null;
  readonly conflicts?: readonly string[];
  readonly replayed?: boolean;
  readonly reason?: string | null;
  readonly message?: string | null;
  readonly case?: string | null;
}

export interface RowChange {
  readonly scope: Scope;
  readonly kind: string;
  readonly id: string;
  readonly rev: number;
  readonly seq: number;
  readonly op: "put" | "remove";
  readonly row?: Readonly<Record<string, Json>> | null;
}

export interface Digest {
  readonly n: number;
  /** The sum of `seq` of the live rows, in decimal: it may be larger than a number can hold exactly. */
  readonly seqs: string;
}

export interface ScopeAnswer {
  readonly cursor: number;
  readonly more: boolean;
  readonly reset?: boolean;
  readonly digest?: Digest | null;
}

export interface SyncRequest {
  readonly device: string;
  readonly epoch: string | null;
  readonly app: string;
  readonly clock: { readonly now: string; readonly offset_ms: number };
  readonly pending: { readonly edits: number; readonly photos: number; readonly bytes: number };
  readonly edits?: readonly Edit[];
  readonly pull?: { readonly limit: number; readonly scopes: Readonly<Record<Scope, number>> };
}

export interface SyncAnswer {
  readonly epoch: string;
  readonly server_time: string;
  readonly pull?: "ok" | "signed_out" | "restart";
  readonly outcomes?: readonly Outcome[];
  readonly missing_photos?: readonly string[];
  readonly scopes?: Readonly<Record<Scope, ScopeAnswer>>;
  readonly changes?: readonly RowChange[];
  readonly revoked?: readonly Scope[];
}
