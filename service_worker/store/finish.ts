/** Finishing: a draft becomes edits in one strict transaction, or stays a draft. */
import type { QueuedEdit } from "./types.ts";

/**
 * Finish a draft that was kept by `putDraft`. Resolves after `complete`: only then may the screen say 已存本机.
 *
 * @returns the edits written, in order; none if nothing was changed
 * @throws NoRoom; then the draft is still there and nothing is queued
 */
export declare function finishDraft(person: string, visitId: string): Promise<QueuedEdit[]>;
