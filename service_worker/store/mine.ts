/** 我的记录, 需处理 and the counts of 今天, by the four words a teacher sees. */
import type { Attention, HomeCounts, SendState, VisitEntry } from "./types.ts";

/** Every visit the person took part in or writes on, newest first; drafts included (state 草稿). */
export declare function myRecords(person: string): Promise<VisitEntry[]>;
/** One visit's state; null if the person has no part in it. */
export declare function sendState(person: string, visitId: string): Promise<SendState | null>;
/** Everything that waits for this person's decision. */
export declare function attention(person: string): Promise<Attention[]>;
export declare function homeCounts(person: string): Promise<HomeCounts>;
