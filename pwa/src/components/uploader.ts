/**
 * Photos are sent by a worker of their own, and by a new one after some of them. A browser tidies up what reading and
 * sending left behind only when it must, a hundred megabytes later; a teacher's phone may not have a hundred to spare.
 */
import type { UploadAnswer, UploadRequest } from "#worker/upload_worker.ts";
import type { Round, Stop } from "#worker/sync/context.ts";
import { NO_ANSWER } from "#worker/sync/statuses.ts";
import { upload, type Upload } from "#worker/sync/upload.ts";
import type { Photo } from "#worker/store/types.ts";

/** So much goes through one worker: it leaves behind about twice of it. */
const MOST_BYTES = 2_500_000;
const IDLE_MS = 5_000;
/** A worker that has said nothing for longer than any request may take is dead. */
const DEAD_MS = 150_000;

/** An `Upload` for a page; it must be asked for one photo at a time. */
export function createUploader(start: () => Worker = startWorker): Upload {
  let worker: Worker | null = null;
  let sent = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    worker?.terminate();
    worker = null;
    sent = 0;
  };
  return async (round, photo) => {
    if (round.signal.aborted) return BROKEN_OFF;
    clearTimeout(idle);
    worker ??= start();
    const stop = await sentBy(worker, round, photo).catch((error: unknown) => {
      end();
      throw error;
    });
    sent += photo.bytes;
    if (stop === "broken" || stop === BROKEN_OFF || sent >= MOST_BYTES) end();
    else idle = setTimeout(end, IDLE_MS);
    return stop === "broken" ? upload(round, photo) : stop;
  };
}

const BROKEN_OFF: Stop = { connection: NO_ANSWER.connection, retryAfterMs: null };

/** What comes of a photo; "broken" if the worker cannot run or has died. @throws Error, if the store failed it */
async function sentBy(worker: Worker, round: Round, photo: Photo): Promise<Stop | null | "broken"> {
  const settled = new AbortController();
  const once = { signal: settled.signal };
  let clock: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const watch = (): void => {
        clearTimeout(clock);
        clock = setTimeout(() => {
          resolve("broken");
        }, DEAD_MS);
      };
      const hear = ({ data }: MessageEvent<UploadAnswer>): void => {
        watch();
        if ("report" in data) round.say(data.report);
        else if ("failed" in data) reject(new Error(data.failed));
        else {
          Object.assign(round.tally, data.tally);
          Object.assign(round.pace, data.pace);
          resolve(data.stop);
        }
      };
      worker.addEventListener("message", hear, once);
      worker.addEventListener(
        "error",
        () => {
          resolve("broken");
        },
        once,
      );
      round.signal.addEventListener(
        "abort",
        () => {
          resolve(BROKEN_OFF);
        },
        once,
      );
      watch();
      const { person, app, pace, tally, reread } = round;
      worker.postMessage({ round: { person, app, pace, tally, reread }, photo } satisfies UploadRequest);
    });
  } finally {
    clearTimeout(clock);
    settled.abort();
  }
}

const startWorker = (): Worker =>
  new Worker(new URL("../../../service_worker/upload_worker.ts", import.meta.url), { type: "module" });
