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

let line: Promise<void> = Promise.resolve(); // one picture at a time: a decoded one takes 50 MB and more

self.onmessage = (event: MessageEvent<ShrinkRequest>): void => {
  line = line.then(() => answer(event.data));
};

async function answer({ id, file }: ShrinkRequest): Promise<void> {
  try {
    const photo = await shrink(file);
    self.postMessage({ id, photo } satisfies ShrinkAnswer, [photo.bytes, photo.thumb]);
  } catch (error) {
    const problem = error instanceof PhotoError ? error.code : "unreadable";
    self.postMessage({ id, problem } satisfies ShrinkAnswer);
  }
}
