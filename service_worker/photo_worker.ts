/** The dedicated worker that shrinks pictures, one at a time: `new Worker(new URL("…/photo_worker.ts", import.meta.url), { type: "module" })`. */
import { PhotoError, shrink } from "./shrink.ts";
import type { Shrunk } from "./store/types.ts";

export interface ShrinkRequest {
  readonly id: number;
  readonly file: Blob;
}

export type ShrinkAnswer =
  | { readonly id: number; readonly photo: Shrunk }
  | { readonly id: number; readonly problem: "too_large" | "unreadable" };

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = inLine((event: MessageEvent<ShrinkRequest>) => answer(event.data));

/** One after the other: a decoded picture takes 50 MB and more. */
function inLine<T>(work: (each: T) => Promise<void>): (each: T) => void {
  let line = Promise.resolve();
  return (each) => {
    line = line.then(() => work(each));
  };
}

async function answer({ id, file }: ShrinkRequest): Promise<void> {
  try {
    const photo = await shrink(file);
    self.postMessage({ id, photo } satisfies ShrinkAnswer, [photo.bytes, photo.thumb]);
  } catch (error) {
    const problem = error instanceof PhotoError ? error.code : "unreadable";
    self.postMessage({ id, problem } satisfies ShrinkAnswer);
  }
}
