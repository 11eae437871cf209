/** The dedicated worker that sends photos for a page (pwa/src/components/uploader.ts): what it leaves behind ends with it. */
import type { Pace, Round, Stop, Tally } from "./sync/context.ts";
import type { Report } from "./sync/report.ts";
import { upload } from "./sync/upload.ts";
import type { Photo } from "./store/types.ts";

export interface UploadRequest {
  readonly round: Omit<Round, "signal" | "say" | "upload">;
  readonly photo: Photo;
}

export type UploadAnswer =
  | { readonly report: Report }
  | { readonly stop: Stop | null; readonly tally: Tally; readonly pace: Pace }
  /** The store could not be read or written. */
  | { readonly failed: string };

declare const self: DedicatedWorkerGlobalScope;

/** Whoever gives up on a photo ends the worker: nothing has to be broken off in here. */
const { signal } = new AbortController();

const tellPage = (answer: UploadAnswer): void => {
  self.postMessage(answer);
};

self.onmessage = async ({ data }: MessageEvent<UploadRequest>) => {
  const say = (report: Report): void => {
    tellPage({ report });
  };
  const round: Round = { ...data.round, signal, say, upload };
  try {
    const stop = await upload(round, data.photo);
    tellPage({ stop, tally: round.tally, pace: round.pace });
  } catch (error) {
    tellPage({ failed: String(error) });
  }
};
