/** Which visits a picture is in, as far as this phone remembers: its card names only the last one. */
import type { OutboxWrite } from "./db.ts";
import { namedIn } from "./photos.ts";

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
  const named = new Set<string>();
  for (const { visitId: of, edit } of edits) {
    if (of === null) continue;
    if (edit.members["photos"]?.add.includes(sha256) === true) named.add(of);
    if (edit.members["photos"]?.remove.includes(sha256) === true) named.delete(of);
  }
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
