/** One photo on its way: whole, or resumed where the last try was cut. */
import { ask, errorOf, type Answer } from "../api/client.ts";
import { photoPath } from "../api/photos.ts";
import { bytes as bytesOf, updatePhoto } from "../store/photos.ts";
import type { Photo } from "../store/types.ts";
import { lonePauseMs, retryAfterMs } from "./backoff.ts";
import type { Round, Stop } from "./context.ts";
import { renewLease } from "./lock.ts";
import { meaningOf, NO_ANSWER } from "./statuses.ts";

/** Below this a photo is not worth resuming: it is sent whole. */
const WHOLE_BYTES = 48 * 1024;
const BASE_TIMEOUT_MS = 30_000;
const SLOWEST_BYTES_PER_MS = 4;
/** Answers that tell us to go on elsewhere; more of them for one photo in one round is no progress. */
const MOST_STEPS = 8;

type Step =
  | { readonly to: "delivered" }
  | { readonly to: "offset"; readonly offset: number }
  | { readonly to: "refused"; readonly reason: string; readonly message: string | null }
  | { readonly to: "later" }
  | { readonly to: "stop"; readonly stop: Stop };

/** Send one photo; null when it is settled or put off by itself, else why the round has to stop. */
export async function upload(round: Round, photo: Photo): Promise<Stop | null> {
  const bytes = await bytesOf(photo.person, photo.sha256);
  if (!bytes) return settle(photo, { to: "refused", reason: "bytes_lost", message: null });
  let step: Step = photo.begun ? await resume(round, photo) : await begin(photo);
  let mended = false;
  for (let steps = 0; step.to === "offset" && steps < MOST_STEPS; steps += 1) {
    const answer = await send(round, photo, bytes, step.offset);
    if (answer.kind !== "none" && answer.status === 422 && !mended) {
      mended = true; // the server wiped a part that did not match: once more, from the start
      step = { to: "offset", offset: 0 };
    } else step = stepOf(answer, bytes.byteLength);
  }
  round.tally.connection = step.to === "stop" ? step.stop.connection : "ok";
  if (step.to === "delivered") {
    round.tally.photos += 1;
    round.tally.bytes += photo.bytes;
  }
  return settle(photo, step);
}

async function begin(photo: Photo): Promise<Step> {
  await updatePhoto(photo.person, photo.sha256, { begun: true });
  return { to: "offset", offset: 0 };
}

async function resume(round: Round, photo: Photo): Promise<Step> {
  await renewLease();
  const answer = await request(round, photo, { method: "HEAD", timeoutMs: BASE_TIMEOUT_MS });
  if (answer.kind !== "none" && answer.status === 404) return { to: "offset", offset: 0 };
  return stepOf(answer, photo.bytes);
}

async function send(round: Round, photo: Photo, bytes: ArrayBuffer, offset: number): Promise<Answer> {
  await renewLease();
  const body = offset === 0 ? bytes : bytes.slice(offset);
  const timeoutMs = BASE_TIMEOUT_MS + body.byteLength / SLOWEST_BYTES_PER_MS;
  if (offset === 0 && bytes.byteLength <= WHOLE_BYTES) {
    return request(round, photo, { method: "PUT", timeoutMs, body, headers: { "Content-Type": "image/jpeg" } });
  }
  const length = offset === 0 ? { "Upload-Length": String(bytes.byteLength) } : {};
  const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset), ...length };
  return request(round, photo, { method: "PATCH", timeoutMs, body, headers });
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
