/** What wakes the engine in a page. A worker has no document: there only the `sync` event does (worker.ts). */
import { newId } from "../ids.ts";

export interface Wakers {
  readonly wake: () => void;
  /** The browser is about to freeze this page: let go of the lock. */
  readonly freeze: () => void;
}

interface PageDocument extends EventTarget {
  readonly visibilityState: string;
}

/** Listen until the returned function is called. `navigator.onLine` is never asked: `online` is only a hint to try. */
export function listen({ wake, freeze }: Wakers): () => void {
  const page = (globalThis as { document?: PageDocument }).document;
  const visible = (): void => {
    if (page?.visibilityState === "visible") wake();
  };
  const pairs: [EventTarget | undefined, string, () => void][] = [
    [globalThis, "online", wake],
    [globalThis, "pageshow", wake],
    [page, "visibilitychange", visible],
    [page, "resume", wake],
    [page, "freeze", freeze],
  ];
  for (const [target, type, listener] of pairs) target?.addEventListener(type, listener);
  return () => {
    for (const [target, type, listener] of pairs) target?.removeEventListener(type, listener);
  };
}

interface SyncingRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

/** Tags of the `sync` events that are ours. */
export const SYNC_TAG = "round-";

/**
 * Ask for a round in the worker, should this page be gone by the time there is a signal. The tag is new each time: a
 * browser that failed with a tag does not fire for it again before minutes have passed. Many browsers have none of this.
 */
export async function askForBackgroundSync(): Promise<void> {
  const container = (navigator as { serviceWorker?: { ready: Promise<SyncingRegistration> } }).serviceWorker;
  try {
    await (await container?.ready)?.sync?.register(SYNC_TAG + newId());
  } catch {
    // Not allowed or not there: the page sends by itself.
  }
}
