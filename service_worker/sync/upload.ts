/** One photo on its way: in parts as large as the line carries in a few seconds, resumed where the last try was cut. */
import { ask, errorOf, type Answer } from "../api/client.ts";
import { photoPath } from "../api/photos.ts";
import { bytes as bytesOf, updatePhoto } from "../store/photos.ts";
import type { Photo } from "../store/types.ts";
import { lonePauseMs, retryAfterMs } from "./backoff.ts";
import { sayProgress, type Round, type Stop } from "./context.ts";
import { keepLease } from "./lock.ts";
import { meaningOf, NO_ANSWER } from "./statuses.ts";

/** Below this a photo is not worth resuming: it is sent whole. */
const WHOLE_BYTES = 48 * 1024;
const BASE_TIMEOUT_MS = 30_000;
const SLOWEST_BYTES_PER_MS = 4;
/** What a part should take: short enough that the figure on the screen moves, and that a cut costs little. */
const PART_MS = 3_000;
const SMALLEST_PART = 32 * 1024;
/** The first part, while nothing is known of the line. */
const FIRST_PART = 64 * 1024;
/** Answers that tell us to go on elsewhere, beside those that parts need; more of them in one round is no progress. */
const MOST_STEPS = 8;

type Step =
  | { readonly to: "delivered" }
  | { readonly to: "offset"; readonly offset: number }
  | { readonly to: "refused"; readonly reason: string; readonly message: string | null }
  | { readonly to: "later" }
  | { readonly to: "stop"; readonly stop: Stop };

/** Send one photo; null when it is settled or put off by itself, else why the round has to stop. */
export type Upload = (round: Round, photo: Photo) => Promise<Stop | null>;

/** Send it from here. */
export const upload: Upload = async (round, photo) => {
  const bytes = await bytesOf(photo.person, photo.sha256);
  if (!bytes) return settle(photo, { to: "refused", reason: "bytes_lost", message: null });
  let step: Step = photo.begun ? await resume(round, photo) : await begin(photo);
  let mended = false;
  let arrived = photo.arrived ?? 0;
  const most = MOST_STEPS + bytes.byteLength / SMALLEST_PART;
  for (let steps = 0; step.to === "offset" && steps < most; steps += 1) {
    if (step.offset !== arrived) await noteArrived(round, photo, step.offset, arrived);
    arrived = step.offset;
    const answer = await send(round, photo, bytes, step.offset);
    if (answer.kind !== "none" && answer.status === 422 && !mended) {
      mended = true; // the server wiped a part that did not match: once more, from the start
      step = { to: "offset", offset: 0 };
    } else step = stepOf(answer, bytes.byteLength);
  }
  round.tally.connection = step.to === "stop" ? step.stop.connection : "ok";
  if (step.to === "delivered") {
    round.tally.photos += 1;
    round.tally.bytes += photo.bytes - arrived;
  }
  return settle(photo, step);
};

/** What the server says it holds is kept with the photo: the figure is true after a restart as well. */
async function noteArrived(round: Round, photo: Photo, arrived: number, before: number): Promise<void> {
  await updatePhoto(photo.person, photo.sha256, { arrived });
  round.tally.bytes += arrived - before;
  sayProgress(round, "photos", photo.sha256);
}

async function begin(photo: Photo): Promise<Step> {
  await updatePhoto(photo.person, photo.sha256, { begun: true });
  return { to: "offset", offset: 0 };
}

async function resume(round: Round, photo: Photo): Promise<Step> {
  await keepLease();
  const answer = await request(round, photo, { method: "HEAD", timeoutMs: BASE_TIMEOUT_MS });
  if (answer.kind !== "none" && answer.status === 404) return { to: "offset", offset: 0 };
  return stepOf(answer, photo.bytes);
}

async function send(round: Round, photo: Photo, bytes: ArrayBuffer, offset: number): Promise<Answer> {
  await keepLease();
  const body = new Blob([new Uint8Array(bytes, offset, partBytes(round, bytes.byteLength - offset))]);
  const timeoutMs = BASE_TIMEOUT_MS + body.size / SLOWEST_BYTES_PER_MS;
  if (offset === 0 && bytes.byteLength <= WHOLE_BYTES) {
    return request(round, photo, { method: "PUT", timeoutMs, body, headers: { "Content-Type": "image/jpeg" } });
  }
  const length = offset === 0 ? { "Upload-Length": String(bytes.byteLength) } : {};
  const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset), ...length };
  const begun = performance.now();
  const answer = await request(round, photo, { method: "PATCH", timeoutMs, body, headers });
  if (answer.kind !== "none") round.pace.bytesPerMs = body.size / Math.max(1, performance.now() - begun);
  return answer;
}

function partBytes({ pace }: Round, left: number): number {
  const part = pace.bytesPerMs === undefined ? FIRST_PART : Math.max(SMALLEST_PART, pace.bytesPerMs * PART_MS);
  return left <= 1.5 * part ? left : Math.round(part); // no crumbs at the end
}

type Part = Omit<Parameters<typeof ask>[0], "path" | "token" | "signal">;

const request = ({ person, signal }: Round, photo: Photo, part: Part): Promise<Answer> =>
  ask({ ...part, path: photoPath(photo.sha256), token: person.token, signal });

/** What an answer about a photo means. An offset outside the photo, or a page where no page belongs, is not the school's. */
function stepOf(answer: Answer, size: number): Step {
  if (answer.kind === "none") return { to: "stop", stop: { connection: NO_ANSWER.connection, retryAfterMs: null } };
  const { status, headers } = answer;
  const header = headers.get("Upload-Offset");
  const offset = header === null ? NaN : Number(header);
  const isPage = (headers.get("Content-Type") ?? "").includes("text/html");
  const isWhole = header === null ? !isPage : offset === size;
  if (status === 201 || (status === 200 && isWhole)) return { to: "delivered" };
  if ((status === 204 || status === 206 || status === 409) && offset >= 0 && offset <= size) {
    return { to: "offset", offset };
  }
  if (status === 413 || status === 422) {
    const { code, message } = errorOf(answer);
    return { to: "refused", reason: code ?? (status === 413 ? "too_large" : "no_picture"), message };
  }
  const { action, connection } = meaningOf(status, false);
  if (action === "bisect") return { to: "later" };
  return { to: "stop", stop: { connection, retryAfterMs: retryAfterMs(headers.get("Retry-After")) } };
}

async function settle(photo: Photo, step: Step): Promise<Stop | null> {
  const { person, sha256 } = photo;
  const at = Date.now();
  if (step.to === "delivered") await updatePhoto(person, sha256, { state: "delivered", at, failures: 0, notBefore: 0 });
  else if (step.to === "refused") {
    await updatePhoto(person, sha256, { state: "refused", at, reason: step.reason, message: step.message });
  } else if (step.to === "stop") return step.stop;
  else {
    const failures = photo.failures + 1; // one photo in trouble holds up no other
    await updatePhoto(person, sha256, { failures, notBefore: at + lonePauseMs(failures) });
  }
  return null;
}
