/** How a record became what it is: asked of the school, since a phone keeps only what stands now. */
import { splitRef } from "../ids.ts";
import { person as knownPerson } from "../store/people.ts";
import { ask } from "./client.ts";
import type { components } from "./schema.gen.ts";
import type { Json, RecordRef } from "./wire.ts";

const TIMEOUT_MS = 20_000;

export interface Version {
  /** The id of the record in which it was written, if that was merged into this one afterwards. */
  readonly merged_from: string | null;
  /** It took over what such a record held. */
  readonly merges: boolean;
  readonly rev: number;
  /** The server's clock, ISO 8601. */
  readonly at: string;
  /** A staff id; null where nobody is named. */
  readonly by: string | null;
  readonly changes: readonly { readonly field: string; readonly old: Json; readonly new: Json }[];
}

/** How two values of one field were settled: `kept` stands, those in `left` do not. */
export interface Settlement {
  readonly merged_from: string | null;
  /** Of the conflict. */
  readonly id: string;
  readonly at: string;
  readonly by: string | null;
  readonly field: string;
  readonly kept: Json;
  readonly left: readonly { readonly value: Json; readonly by: string | null }[];
}

/** The newest versions first; "unreached" without a signal or signed out, "gone" if the school shows it to this person no longer. */
export type History =
  | { readonly versions: readonly Version[]; readonly settled: readonly Settlement[]; readonly more: boolean }
  | "unreached"
  | "gone";

export async function fetchHistory(person: string, ref: RecordRef): Promise<History> {
  const reader = await knownPerson(person);
  if (reader?.signedIn !== true) return "unreached";
  const { kind, id } = splitRef(ref);
  const path = `/api/v1/records/${kind}/${id}/history`;
  const answer = await ask({ method: "GET", path, timeoutMs: TIMEOUT_MS, token: reader.token });
  if (answer.kind !== "json") return "unreached";
  if (answer.status === 404) return "gone";
  const told = answer.body as components["schemas"]["HistoryAnswer"] | null;
  return answer.status === 200 && Array.isArray(told?.versions) ? (told as Exclude<History, string>) : "unreached";
}
