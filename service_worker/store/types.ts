/** What the phone keeps. Everything belongs to one (browser, person); `person` is the staff id in every stored thing. */
import type { Digest, Edit, Json, OutcomeStatus, RecordRef, Scope } from "../api/wire.ts";

export type { Digest, Edit, Json, OutcomeStatus, RecordRef, Scope };
export type * from "./attention.ts";

/** A record's fields by id. A set is a list of ids; an element's own field stands under its path ("photos/<sha256>/caption"). */
export type Values = Readonly<Record<string, Json>>;

/** A person who signed in on this phone. The token may deliver for as long as the school does not revoke it. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly school_id: string | null;
  readonly login: string;
  readonly device_id: string;
  readonly token: string;
  /** For the session's own calls (header X-CSRFToken). */
  readonly csrf: string;
  /** false after signing out: their outbox is still delivered, their rows are gone. */
  readonly signedIn: boolean;
  /** The session could not be ended on the server for want of a signal. */
  readonly signOutOwed: boolean;
  /** Server clock minus this phone's clock, in milliseconds, as last measured. */
  readonly offsetMs: number;
  /** When the server last took something into custody (phone's clock, ISO 8601); null before the first time. */
  readonly lastDelivery: string | null;
  /** When a whole round last went through, so that what the phone shows is what the school has (phone's clock, ISO 8601). */
  readonly lastReached?: string | null;
}

/** One visit being written, with everything that is written together: the visit, its private part, reflections, opinions. */
export interface Draft {
  /** The visit's id. */
  readonly id: string;
  readonly person: string;
  readonly studentId: string | null;
  readonly classId: string | null;
  /** What the form SHOWED when it was opened, record by record: the `old` of the edits, whatever is pulled meanwhile. */
  readonly opened: Readonly<Record<RecordRef, Values>>;
  /** What the form shows now. Photos are the set `photos` of the visit, in order. */
  readonly values: Readonly<Record<RecordRef, Values>>;
  /** Grows with every save; a save on an older one is refused (revisions.ts). */
  readonly revision: number;
  /** Where the teacher was writing, so that the form comes back at the same field. */
  readonly place: { readonly field: string; readonly scroll: number } | null;
  /** ISO 8601, phone's clock. */
  readonly updatedAt: string;
  /** Words written in one window for fields that another had written meanwhile; they wait here until they are wanted or not. */
  readonly offered?: Values;
}

/** A finished edit that the server has not taken into custody yet. */
export interface QueuedEdit {
  readonly id: string;
  readonly person: string;
  /** Order of writing on this phone, over all tabs and the worker. */
  readonly order: number;
  readonly record: RecordRef;
  /** The visit it belongs to; for a `resolve`, of the conflict's record; null for what belongs to a child alone. */
  readonly visitId: string | null;
  readonly classId: string | null;
  readonly edit: Edit;
  /** "parked": the server will not take it as it is; it waits for a person. */
  readonly state: "waiting" | "parked";
  readonly reason: string | null;
  readonly message: string | null;
  /** How often it was turned away while it travelled alone; from the first time on it goes last and alone. */
  readonly failures: number;
  /** Milliseconds since 1970; a failed edit is not tried before. */
  readonly notBefore: number;
}

/** An edit that the server has in custody, with the newest that is known of it. Kept for 45 days, up to 1,000. */
export interface SentEdit {
  readonly id: string;
  readonly person: string;
  readonly order: number;
  readonly record: RecordRef;
  readonly visitId: string | null;
  readonly classId: string | null;
  readonly edit: Edit;
  readonly status: OutcomeStatus;
  readonly rev: number | null;
  readonly conflicts: readonly string[];
  readonly reason: string | null;
  readonly message: string | null;
  readonly case: string | null;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** After a restored backup: to be sent again. */
  readonly again: boolean;
  /** The teacher has read that it was returned. */
  readonly acknowledged: boolean;
  /** When that was: milliseconds since 1970. */
  readonly acknowledgedAt?: number;
}

/**
 * "draft": named by a draft only, or not yet by anything · "tray": shared into the app, waiting for a visit ·
 * "waiting": on its way · "delivered": the server has it · "refused": the server will not take it.
 */
export type PhotoState = "draft" | "tray" | "waiting" | "delivered" | "refused";

/** One photo's card; its bytes lie in a store of their own, so that counting never reads them. */
export interface Photo {
  readonly person: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly state: PhotoState;
  readonly visitId: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  /** An upload was begun: the server may hold a part of it. */
  readonly begun: boolean;
  /** Bytes that the server has said it holds of it; absent before it has said anything. */
  readonly arrived?: number;
  /** Since when no draft has named it, as first noticed: milliseconds since 1970. */
  readonly unnamedSince?: number;
  readonly failures: number;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  /** When it was kept, delivered or refused: milliseconds since 1970. */
  readonly at: number;
}

/** A picture as `shrink` makes it. */
export interface Shrunk {
  readonly bytes: ArrayBuffer;
  readonly thumb: ArrayBuffer;
  readonly type: "image/jpeg";
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
}

/** A row pulled from the server, as it came. */
export interface StoredRow {
  readonly person: string;
  readonly scope: Scope;
  readonly kind: string;
  readonly id: string;
  readonly rev: number;
  readonly seq: number;
  readonly row: Values;
}

export interface StoredCursor {
  readonly person: string;
  readonly scope: Scope;
  readonly cursor: number;
  readonly more: boolean;
  /** The duty has ended; the rows go as soon as the phone's own edits are in custody. */
  readonly revoked: boolean;
  /** The digest that the stored rows were last found equal to; null when rows have changed since. */
  readonly checked: Digest | null;
}

/** The four words a teacher sees. */
export type SendState = "草稿" | "待上传" | "已送达" | "需处理";

/** The words of what is not at the school yet. */
export type Pending = Exclude<SendState, "已送达">;

/** Whether a visit to a family may be written down: no guardian was asked yet, or what they said comes to. */
export type MayRecord = "yes" | "no" | "unknown";
/** Photos: not to be kept, not asked, or how far they may be used. */
export type PhotoLevel = "no" | "unknown" | "archive" | "school" | "public";

export type StudentState = "登门" | "其他方式" | "婉拒" | "未访";

export interface ClassRow {
  readonly id: string;
  readonly name: string;
  readonly grade: number | null;
}

export interface StudentEntry {
  readonly id: string;
  readonly classId: string;
  readonly name: string;
  readonly pinyin: string;
  readonly initials: string;
  readonly householdId: string | null;
  readonly mayRecord: MayRecord;
  readonly mayPhoto: PhotoLevel;
  readonly state: StudentState;
  /** The last day at this school is over. */
  readonly gone: boolean;
  /** ISO day: the last one at this school; null while nobody said one. */
  readonly leftOn: string | null;
  /** What of the person's own about this child is not at the school yet; null if nothing is. */
  readonly pending: Pending | null;
}

/** A record as it is shown: the row with the person's own edits on top. */
export interface Shown {
  readonly ref: RecordRef;
  readonly values: Values;
  /** rev of the row beneath; 0 when there is none yet. */
  readonly rev: number;
}

export interface VisitEntry {
  readonly id: string;
  readonly studentId: string | null;
  readonly classId: string | null;
  readonly studentName: string;
  readonly values: Values;
  /** null for a visit the person took no part in. */
  readonly state: SendState | null;
  /** Its facts were handed in, and its words wait on this phone: its family has not agreed. */
  readonly held: boolean;
  /** What its families let the school write down of it. */
  readonly mayRecord: MayRecord;
  /** How far they let its photos be used. */
  readonly mayPhoto: PhotoLevel;
  readonly mine: boolean;
  /** 补录: the person wrote it more than a day after the visit. */
  readonly late: boolean;
  readonly photos: number;
  readonly photosMissing: number;
}

/** A class with its students in order of pinyin. */
export interface Room extends ClassRow {
  readonly students: readonly StudentEntry[];
}

export interface StudentPage {
  readonly student: StudentEntry;
  /** Telephone numbers; empty unless the person is the 班主任. */
  readonly guardians: readonly Values[];
  /** Newest first. */
  readonly visits: readonly VisitEntry[];
}

export interface HomeCounts {
  readonly waitingEdits: number;
  readonly waitingPhotos: number;
  readonly waitingBytes: number;
  /** Visits, and answers of families, with anything on its way: the n of 待上传 n. */
  readonly waitingVisits: number;
  /** Visits, and answers of families, of which something is not at the school for good, whether it is on its way or needs the teacher first. */
  readonly unsentVisits: number;
  readonly needAction: number;
  readonly drafts: number;
  readonly lastDelivery: string | null;
}
