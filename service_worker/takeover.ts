/**
 * The worker's half of an update. A new worker waits; it takes over only when every open page says it is clean, and while
 * nobody runs a round: a waiting worker cannot see what the active one does, but the lock of a round is shared by all.
 */
import { LOCK } from "./sync/lock.ts";

declare const self: ServiceWorkerGlobalScope;

/** A page that hangs or is frozen does not answer, and counts as "no". */
const ANSWER_MS = 1500;

export const isTakeOver = (data: unknown): boolean => (data as { type?: string } | null)?.type === "take-over";

/** True if the worker takes over now. */
export function takeOver(): Promise<boolean> {
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const answers = await Promise.all(pages.map(mayUpdate));
    if (!answers.every(Boolean)) return false;
    void self.skipWaiting(); // not awaited: it may settle only after this event is over
    return true;
  });
}

function mayUpdate(page: WindowClient): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, ANSWER_MS);
    port1.onmessage = (event) => {
      clearTimeout(timer);
      resolve(event.data === true);
    };
    page.postMessage({ type: "may-update" }, [port2]);
  });
}
