/**
 * The page's half of an update (the worker's half is in service_worker/). The old worker keeps serving the old pages and
 * their lazy parts until all pages are clean; then every page reloads once. The outbox is not touched.
 */
export interface UpdateHooks {
  /** A form with unsaved input, an open camera or picker, a running round. */
  isDirty(): boolean;
  /** A new version is ready; show it, and let its button call the function that `registerWorker` returned. */
  onOffer(): void;
}

const typeOf = (data: unknown): unknown =>
  typeof data === "object" && data !== null && "type" in data ? data.type : null;

/** Registers the worker; the returned function asks the waiting worker to take over: false when some page is not clean. */
export function registerWorker(container: ServiceWorkerContainer, hooks: UpdateHooks): () => Promise<boolean> {
  let hadWorker = container.controller !== null;
  let registration: ServiceWorkerRegistration | undefined;
  let reloading = false;

  container.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (typeOf(event.data) === "may-update") event.ports[0]?.postMessage(!hooks.isDirty());
  });
  container.addEventListener("controllerchange", () => {
    if (!hadWorker) {
      hadWorker = true; // the very first worker's claim() is no update and reloads nothing
      return;
    }
    if (reloading) return;
    reloading = true;
    location.reload();
  });

  const watch = (worker: ServiceWorker | null): void => {
    if (!worker) return;
    const offer = (): void => {
      if (worker.state === "installed" && container.controller) hooks.onOffer();
    };
    worker.addEventListener("statechange", offer);
    offer(); // it may have been waiting since an earlier start
  };
  const follow = (found: ServiceWorkerRegistration): void => {
    registration = found;
    watch(found.waiting);
    found.addEventListener("updatefound", () => {
      watch(found.installing);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") found.update().catch(() => undefined); // no signal: nothing to do
    });
  };
  container.register("/sw.js", { updateViaCache: "none" }).then(follow, () => undefined); // no worker: the page still works

  return () => askToTakeOver(registration?.waiting ?? null);
}

function askToTakeOver(waiting: ServiceWorker | null): Promise<boolean> {
  if (!waiting) return Promise.resolve(false);
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = (event: MessageEvent<unknown>) => {
      resolve(event.data === true);
    };
    waiting.postMessage({ type: "take-over" }, [port2]);
  });
}
