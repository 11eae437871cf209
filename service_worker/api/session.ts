/** The session's own calls: signing in and out. Cookie and CSRF header; everything else goes under the device's token. */
import type { Person } from "../store/types.ts";

/** Why a sign-in failed: the server's own Chinese sentence, or that nothing answered. */
export class SignInFailed extends Error {
  constructor(
    readonly kind: "refused" | "no_network" | "not_ours" | "busy",
    readonly sentence: string | null,
  ) {
    super(kind);
  }
}
/** Sign in, tie this browser to the person, and make them the current one. Then call the engine's `sendNow()`. @throws SignInFailed */
export declare function signIn(login: string, password: string): Promise<Person>;
/** Sign out: on the phone at once, on the server when there is a signal. The outbox stays and is still delivered. */
export declare function signOut(person: Person): Promise<void>;
