/** Which edits travel together. Pure. */
import type { Edit } from "../api/wire.ts";
import type { QueuedEdit, SentEdit } from "../store/types.ts";
import { isPauseOver } from "./backoff.ts";

export const BATCH_EDITS = 50;
/** The server takes 256 KiB; the rest of the request needs some of it. */
export const BATCH_BYTES = 248 * 1024;

export interface Parcel {
  readonly id: string;
  readonly order: number;
  readonly edit: Edit;
  /** In custody already, and sent again because the school restored a backup. */
  readonly again: boolean;
}

const encoder = new TextEncoder();

export const bytesOf = (edit: Edit): number => encoder.encode(JSON.stringify(edit)).byteLength + 1;

/** Everything that may go now, in order of writing: what never failed, and the sent log after a restore. */
export function ready(queued: readonly QueuedEdit[], sent: readonly SentEdit[]): Parcel[] {
  const waiting = queued.filter((each) => each.state === "waiting" && each.failures === 0);
  const again = sent.filter((each) => each.again);
  return [...again.map(parcel(true)), ...waiting.map(parcel(false))].sort((a, b) => a.order - b.order);
}

/** Those that failed alone and whose pause is over: they go last, one by one. */
export const lone = (queued: readonly QueuedEdit[], now: number): Parcel[] =>
  queued
    .filter((each) => each.state === "waiting" && each.failures > 0 && isPauseOver(each.notBefore, now))
    .map(parcel(false));

const parcel =
  (again: boolean) =>
  ({ id, order, edit }: QueuedEdit | SentEdit): Parcel => ({ id, order, edit, again });

/** The longest beginning that goes in one request of at most `most` bytes; at least one edit, however large. */
export function firstBatch(parcels: readonly Parcel[], most: number = BATCH_BYTES): Parcel[] {
  let bytes = 0;
  const fits = parcels.findIndex((each, at) => {
    bytes += bytesOf(each.edit);
    return at > 0 && (at >= BATCH_EDITS || bytes > most);
  });
  return parcels.slice(0, fits === -1 ? parcels.length : fits);
}

export function halves<T>(batch: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
