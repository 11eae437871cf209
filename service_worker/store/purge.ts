/** After a duty has ended: what the phone held of that class goes, once its own edits are in custody. */
import { splitRef } from "../ids.ts";
import { records } from "./db.ts";
import { forgetMerged } from "./erasing.ts";
import { cursorsOf, dropScope } from "./pulled.ts";
import { queued, sentLog } from "./queue.ts";
import type { RecordRef, Scope, StoredCursor } from "./types.ts";

/** Purge every revoked scope that no unsent edit stands in the way of; true if anything went. */
export async function purgeRevoked(person: string): Promise<boolean> {
  const revoked = (await cursorsOf(person)).filter((each) => each.revoked);
  if (revoked.length === 0) return false;
  const waiting = (await queued(person)).filter((edit) => edit.state === "waiting"); // a parked one needs only its own words
  const free = revoked.filter(
    (each) => !waiting.some((edit) => edit.classId === null || edit.classId === classOf(each)),
  );
  for (const each of free) await purge(person, each.scope);
  return free.length > 0;
}

const classOf = (cursor: StoredCursor): string => splitRef(cursor.scope).id;

async function purge(person: string, scope: Scope): Promise<void> {
  const lost = new Set(await dropScope(person, scope));
  const classId = splitRef(scope).id;
  const sent = (await sentLog(person)).filter((each) => each.classId === classId);
  for (const each of sent) if (!(await isHeld(person, each.record))) lost.add(each.record);
  await forgetMerged(person, [...lost]);
}

async function isHeld(person: string, record: RecordRef): Promise<boolean> {
  const { kind, id } = splitRef(record);
  return (await records((db) => db.countFromIndex("rows", "record", [person, kind, id]))) > 0;
}
