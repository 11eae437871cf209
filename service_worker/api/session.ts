/** The session's own calls: signing in and out. Cookie and CSRF header; everything else goes under the device's token. */
import { newId } from "../ids.ts";
import { forgetSignIn, person as knownPerson, persons, rememberPerson, updatePerson } from "../store/people.ts";
import type { Person } from "../store/types.ts";
import { ask, errorOf, fieldOf, type Answer } from "./client.ts";
import type { Json } from "./wire.ts";

const TIMEOUT_MS = 20_000;
const OWED_TIMEOUT_MS = 8_000; // somebody may be waiting to sign in
const SESSION = "/api/v1/session";
const DEVICES = "/api/v1/devices";

/** Why a sign-in failed: `sentence` is the server's own Chinese sentence, if it gave one. `once`: the school gave the password. */
export class SignInFailed extends Error {
  override readonly name = "SignInFailed";

  constructor(
    readonly kind: "refused" | "once" | "no_network" | "not_ours" | "busy",
    readonly sentence: string | null,
  ) {
    super(kind);
  }
}

interface Staff {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly school_id: string | null;
}

/**
 * Sign in, tie this browser to the person, and make them the current one. Then call the engine's `sendNow()`.
 * A new password takes the place of the one that is shown; one that the school gave opens nothing without it.
 *
 * @throws SignInFailed; then nothing on the phone has changed
 */
export const signIn = (login: string, password: string, newPassword?: string): Promise<Person> =>
  oneAtATime(() => openSession(login, password, newPassword));

/** In whatever window: a sign-out that is still owed must not end the session that is being opened. */
const oneAtATime = <T>(work: () => Promise<T>): Promise<T> => navigator.locks.request(SESSION, work);

async function openSession(login: string, password: string, newPassword?: string): Promise<Person> {
  const said = { login, password, ...(newPassword !== undefined && { new_password: newPassword }) };
  const opened = good(await ask({ method: "POST", path: SESSION, timeoutMs: TIMEOUT_MS, body: JSON.stringify(said) }));
  const staff = staffOf(opened);
  const csrf = fieldOf(opened, "csrf");
  if (!staff || typeof csrf !== "string") throw new SignInFailed("not_ours", null);
  const known = await knownPerson(staff.id);
  const device = { id: known?.device_id ?? newId(), name: deviceName() };
  const tied = good(
    await ask({ method: "POST", path: DEVICES, timeoutMs: TIMEOUT_MS, csrf, body: JSON.stringify(device) }),
  );
  const token = fieldOf(tied, "token");
  if (typeof token !== "string") throw new SignInFailed("not_ours", null);
  const now = { login, device_id: device.id, token, csrf, signedIn: true, signOutOwed: false };
  const person: Person = {
    ...staff,
    ...now,
    offsetMs: known?.offsetMs ?? 0,
    lastDelivery: known?.lastDelivery ?? null,
    lastReached: known?.lastReached ?? null,
  };
  await rememberPerson(person);
  return person;
}

/** Sign out: on the phone at once, on the server when there is a signal. The outbox stays and is still delivered. */
export async function signOut(person: Person): Promise<void> {
  await forgetSignIn(person.id, true);
  await payOwedSignOuts();
}

/** End on the server the sessions that were ended on the phone without a signal. Only a page can: the cookie is the browser's. */
export async function payOwedSignOuts(): Promise<void> {
  for (const person of await persons()) {
    if (person.signOutOwed) await oneAtATime(() => payFor(person.id));
  }
}

async function payFor(id: string): Promise<void> {
  const person = await knownPerson(id);
  if (person?.signOutOwed !== true) return; // signed in again meanwhile: the old session went with that
  if (await endSession(person)) await updatePerson(id, { signOutOwed: false });
}

/** True when the person's session is over; should somebody else's cookie be there by now, theirs is left alone. */
async function endSession(person: Person): Promise<boolean> {
  const now = await ask({ method: "GET", path: SESSION, timeoutMs: OWED_TIMEOUT_MS });
  if (now.kind !== "json") return false;
  if (now.status === 401 || (now.status === 200 && staffOf(now.body)?.id !== person.id)) return true;
  const csrf = fieldOf(now.body, "csrf");
  const token = typeof csrf === "string" ? csrf : person.csrf;
  const ended = await ask({ method: "DELETE", path: SESSION, timeoutMs: OWED_TIMEOUT_MS, csrf: token });
  return ended.kind !== "none" && (ended.status < 300 || ended.status === 401);
}

function good(answer: Answer): Json {
  if (answer.kind === "json" && answer.status < 300) return answer.body;
  if (answer.kind === "none") throw new SignInFailed("no_network", null);
  const { code, message } = errorOf(answer);
  if (answer.status >= 500) throw new SignInFailed("busy", message);
  if (code === "password_once") throw new SignInFailed("once", message);
  throw new SignInFailed(code === null ? "not_ours" : "refused", message);
}

function staffOf(body: Json): Staff | null {
  const staff = fieldOf(body, "staff") ?? null;
  const [id, name, roles, school] = ["id", "name", "roles", "school_id"].map((field) => fieldOf(staff, field));
  if (typeof id !== "string" || typeof name !== "string") return null;
  const names = Array.isArray(roles) ? roles.filter((role): role is string => typeof role === "string") : [];
  return { id, name, roles: names, school_id: typeof school === "string" ? school : null };
}

/** A few words by which a person knows this browser again in a list. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const system = ["HarmonyOS", "OpenHarmony", "iPhone", "iPad", "Android", "Windows", "Mac OS", "Linux"].find((name) =>
    agent.includes(name),
  );
  return system ?? "browser";
}
