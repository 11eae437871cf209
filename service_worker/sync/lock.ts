/**
 * One round at a time over all tabs and the worker: a Web Lock, and a lease beside it. A frozen page would hold its lock
 * for ever; one whose lease is older than the longest time-out may be robbed of it. Correctness rests on ids, not on this.
 */
import { outbox, writeOutbox } from "../store/db.ts";

/** Shared with the take-over of a new worker (takeover.ts). */
export const LOCK = "sync";

/** Longer than the longest time-out of any single request. */
export const LEASE_MS = 180_000;

const KEY = "lease";

/** A lease as young as this needs no new one: the longest request still ends well within it. */
const YOUNG_MS = 20_000;

let renewed = 0;

/** Say that the holder is alive. A full phone goes on without having said so: what it holds is to leave it all the more. */
export async function renewLease(now: number = Date.now()): Promise<void> {
  await writeOutbox(["meta"], (tx) => tx.objectStore("meta").put(now, KEY)).catch(() => undefined);
  renewed = now;
}

/** Before every request: renew the lease unless that was done a moment ago. */
export async function keepLease(): Promise<void> {
  if (Math.abs(Date.now() - renewed) > YOUNG_MS) await renewLease();
}

/**
 * Do `work` under the lock.
 *
 * @returns what `work` returned; null if somebody else is at it, or took the lock from us
 */
export async function underLock<T>(work: (signal: AbortSignal) => Promise<T>, stop: AbortSignal): Promise<T | null> {
  const steal = await leaseIsStale();
  return (await request({ ifAvailable: true }, work, stop)) ?? (steal ? request({ steal: true }, work, stop) : null);
}

async function request<T>(
  options: LockOptions,
  work: (signal: AbortSignal) => Promise<T>,
  stop: AbortSignal,
): Promise<T | null> {
  const holder = new AbortController();
  const end = (): void => {
    holder.abort();
  };
  stop.addEventListener("abort", end);
  try {
    return await navigator.locks.request(LOCK, options, async (lock) => {
      if (!lock || stop.aborted) return null;
      await renewLease();
      return work(holder.signal);
    });
  } catch (error) {
    end(); // robbed of the lock: whoever has it now goes on
    if (error instanceof DOMException && error.name === "AbortError") return null;
    throw error;
  } finally {
    stop.removeEventListener("abort", end);
  }
}

async function leaseIsStale(): Promise<boolean> {
  const last = await outbox((db) => db.get("meta", KEY));
  return typeof last === "number" && Math.abs(Date.now() - last) > LEASE_MS; // one from the future: the clock was set back
}
