/** Which visits a picture is in, as far as this phone remembers: its card names only the last one. */
import type { OutboxWrite } from "./db.ts";
import { namedIn } from "./photos.ts";
import { sentLog } from "./queue.ts";
import type { QueuedEdit, SentEdit } from "./types.ts";

/** Another visit that this person put the same picture into, as far as this phone remembers; null if there is none. */
export async function otherVisitWith(
  tx: OutboxWrite,
  person: string,
  visitId: string | null,
  sha256: string,
): Promise<string | null> {
  const mine = IDBKeyRange.bound([person, 0], [person, Infinity]);
  const edits = [
    ...(await tx.objectStore("sent").index("order").getAll(mine)),
    ...(await tx.objectStore("edits").index("order").getAll(mine)),
  ];
  const named = visitsBy(edits).get(sha256) ?? new Set<string>();
  if (visitId !== null) named.delete(visitId);
  return [...named].at(-1) ?? null;
}

/** Another visit of this person whose draft names the picture; null if there is none. */
export async function otherDraftWith(
  tx: OutboxWrite,
  person: string,
  visitId: string,
  sha256: string,
): Promise<string | null> {
  const drafts = await tx.objectStore("drafts").index("person").getAll(person);
  return drafts.find((each) => each.id !== visitId && namedIn([each]).has(sha256))?.id ?? null;
}

/** The pictures that visits name whose text is in custody, as far as the sent log goes back; what was given back names none. */
export async function namedInCustody(person: string): Promise<ReadonlySet<string>> {
  const visits = visitsBy((await sentLog(person)).filter((each) => each.status !== "returned"));
  return new Set([...visits].filter(([, named]) => named.size > 0).map(([sha256]) => sha256));
}

/** By picture, the visits that these edits leave it in; the one that took it up last stands last. */
export function visitsBy(edits: readonly (QueuedEdit | SentEdit)[]): Map<string, Set<string>> {
  const visits = new Map<string, Set<string>>();
  for (const { visitId, edit } of edits) {
    if (visitId === null) continue;
    for (const sha256 of edit.members["photos"]?.add ?? [])
      visits.set(sha256, (visits.get(sha256) ?? new Set()).add(visitId));
    for (const sha256 of edit.members["photos"]?.remove ?? []) visits.get(sha256)?.delete(visitId);
  }
  return visits;
}
