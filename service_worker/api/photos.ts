/** Photos at the server: reading one that this phone does not hold. */
import { person as knownPerson } from "../store/people.ts";
import { ask } from "./client.ts";

const TIMEOUT_MS = 30_000;

export const photoPath = (sha256: string): string => `/api/v1/photos/${sha256}`;

/** Bytes of a photo; undefined without a signal, signed out, or while the school does not have it. */
export async function fetchPhoto(
  person: string,
  sha256: string,
  size: "thumb" | "full",
): Promise<ArrayBuffer | undefined> {
  const reader = await knownPerson(person);
  if (reader?.signedIn !== true) return undefined;
  const path = `${photoPath(sha256)}?size=${size}`;
  const accept = { Accept: "image/*" };
  const answer = await ask({ method: "GET", path, timeoutMs: TIMEOUT_MS, token: reader.token, headers: accept });
  if (answer.kind !== "other" || answer.status !== 200) return undefined;
  return (answer.headers.get("Content-Type") ?? "").startsWith("image/") ? answer.bytes : undefined;
}
