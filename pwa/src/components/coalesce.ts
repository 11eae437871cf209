/** Reading again after changes, without ever standing in the way of a save. */

/** Long enough that a save, which changes the store twice, is over before the store is read again. */
const QUIET_MS = 120;
/** While change follows change, as when photos go up, each reading waits twice as long as the last; up to this. */
const LONGEST_QUIET_MS = 1_000;
/** A reading that takes longer will never end: WebKit forgets requests of a page that was asleep. */
export const STUCK_MS = 15_000;

export interface Coalesced {
  /** Something has changed: read soon, once for all changes that come close together. */
  readonly soon: () => void;
  /** Read now; resolves when a reading that began after this call has ended. */
  readonly now: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * Run `read` at most once at a time. A big outbox takes a while to read, and a transaction that writes has to wait for
 * every reading begun before it: readings that pile up would make each save slower than the last. One that never ends
 * keeps the next one waiting for 15 seconds only.
 */
export function coalesced(read: () => Promise<void>): Coalesced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let quiet = QUIET_MS;
  let ended = -Infinity;

  const begin = (): Promise<void> => {
    next = null;
    const mine = read().finally(() => {
      if (running === mine) running = null;
      ended = Date.now();
    });
    running = mine;
    return mine;
  };
  const now = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (next) return next;
    if (!running) return begin();
    next = Promise.race([running, patience()]).then(begin, begin);
    return next;
  };
  return {
    soon() {
      if (timer !== undefined) return;
      quiet = Date.now() - ended > LONGEST_QUIET_MS ? QUIET_MS : Math.min(2 * quiet, LONGEST_QUIET_MS);
      timer = setTimeout(() => void now(), quiet);
    },
    now,
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

const patience = (): Promise<void> => new Promise((done) => setTimeout(done, STUCK_MS));
