/** Shrinks pictures off the main thread, one at a time. The worker is started with the first picture. */
import type { ShrinkAnswer, ShrinkRequest } from "#worker/photo_worker.ts";
import type { Shrunk } from "#worker/store/types.ts";

/** The picture cannot be opened on this phone. */
export class Unreadable extends Error {
  constructor(readonly problem: "too_large" | "unreadable") {
    super(problem);
  }
}

export interface Shrinker {
  /** @throws Unreadable */
  shrink(file: Blob): Promise<Shrunk>;
  stop(): void;
}

export function createShrinker(start: () => Worker = startWorker): Shrinker {
  let worker: Worker | undefined;
  let last = 0;
  const waiting = new Map<number, (answer: ShrinkAnswer) => void>();
  const open = (): Worker => {
    const opened = start();
    opened.onmessage = (event: MessageEvent<ShrinkAnswer>) => waiting.get(event.data.id)?.(event.data);
    // A worker that dies (memory) answers nothing more: every picture in it counts as too large.
    opened.onerror = () => {
      for (const [id, answer] of waiting) answer({ id, problem: "too_large" });
      opened.terminate();
      worker = undefined;
    };
    return opened;
  };
  return {
    async shrink(file) {
      worker ??= open();
      const id = ++last;
      worker.postMessage({ id, file } satisfies ShrinkRequest);
      const answer = await new Promise<ShrinkAnswer>((resolve) => waiting.set(id, resolve));
      waiting.delete(id);
      if ("problem" in answer) throw new Unreadable(answer.problem);
      return answer.photo;
    },
    stop: () => worker?.terminate(),
  };
}

const startWorker = (): Worker =>
  new Worker(new URL("../../../service_worker/photo_worker.ts", import.meta.url), { type: "module" });
