/** The pledge between this phone and the school. The session's own call: cookie and CSRF header. */
import { keepPledge, pledgeOf } from "../store/pledges.ts";
import { ask, fieldOf, type Answer } from "./client.ts";

const TIMEOUT_MS = 20_000;
const PLEDGE = "/api/v1/pledge";
const SESSION = "/api/v1/session";

/**
 * Learn from the school whether this person has signed, and bring it what was signed here without a signal. Without an answer
 * of the school, or while somebody else is signed in, everything stays as it is.
 */
export async function settlePledge(person: string): Promise<void> {
  const csrf = await csrfOf(person);
  if (csrf === null) return;
  const told = readPledge(await ask({ method: "GET", path: PLEDGE, timeoutMs: TIMEOUT_MS }));
  if (!told) return;
  const kept = await pledgeOf(person);
  const owed = kept?.signedAt != null && ["", told.campaign].includes(kept.campaign) && told.signedAt === null;
  if (!owed) {
    await keepPledge(person, { ...told, delivered: told.signedAt !== null });
    return;
  }
  const body = JSON.stringify({ campaign: told.campaign });
  const taken = readPledge(await ask({ method: "PUT", path: PLEDGE, timeoutMs: TIMEOUT_MS, csrf, body }));
  if (taken?.signedAt != null) await keepPledge(person, { ...taken, delivered: true });
}

/** The session's token, if the browser's session is this person's. */
async function csrfOf(person: string): Promise<string | null> {
  const now = await ask({ method: "GET", path: SESSION, timeoutMs: TIMEOUT_MS });
  if (now.kind !== "json" || now.status !== 200) return null;
  const csrf = fieldOf(now.body, "csrf");
  const isTheirs = fieldOf(fieldOf(now.body, "staff") ?? null, "id") === person;
  return isTheirs && typeof csrf === "string" ? csrf : null;
}

function readPledge(answer: Answer): { campaign: string; signedAt: string | null } | null {
  if (answer.kind !== "json" || answer.status !== 200) return null;
  const [campaign, signedAt] = ["campaign", "signed_at"].map((field) => fieldOf(answer.body, field));
  if (typeof campaign !== "string") return null;
  return { campaign, signedAt: typeof signedAt === "string" ? signedAt : null };
}
