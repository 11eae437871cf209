/** Visits being written. A draft survives reload, kill and restart; nothing of it leaves the phone before it is finished. */
import { isoLocal, newId } from "../ids.ts";
import { outbox, writeOutbox } from "./db.ts";
import { tellChanged } from "./changes.ts";
import { draftNow, end, keep, keepOver } from "./revisions.ts";
import { storeText } from "./room.ts";
import type { Draft, RecordRef, Values } from "./types.ts";
import { isEmpty, same } from "./values.ts";
import { allOf, look, resolveAlias, shownIn } from "./view.ts";

/** Begin a new visit. Stored only when `putDraft` is called. `visit` holds what is known at once: student_id, visit_date, visitors … */
export function newDraft(person: string, classId: string | null, visit: Values): Draft {
  const id = newId();
  const student = visit["student_id"];
  return {
    id,
    person,
    studentId: typeof student === "string" ? student : null,
    classId,
    opened: {},
    values: { [`visit:${id}`]: visit },
    revision: 0,
    place: null,
    updatedAt: isoLocal(),
  };
}

/**
 * Open a visit again to edit it: its draft if there is one, else one that shows the records as they are now, own edits on
 * top. The person's own reflections and opinions belong to it; those that another phone of theirs wrote meanwhile join a draft.
 */
export async function openVisit(person: string, visitId: string): Promise<Draft> {
  const { kept, revision } = await draftNow(person, visitId); // before the records: they may only be newer than it says
  const records = await recordsOf(person, visitId);
  if (kept)
    return {
      ...kept,
      opened: { ...records.own, ...kept.opened },
      values: { ...kept.values, ...added(kept, records.own) },
    };
  const opened: Record<RecordRef, Values> = { ...records.visit, ...records.own };
  const visit = opened[`visit:${visitId}`] ?? {};
  const text = (field: string): string | null => (typeof visit[field] === "string" ? visit[field] : null);
  const known = { studentId: text("student_id"), classId: text("class_id") };
  return { id: visitId, person, ...known, opened, values: opened, revision, place: null, updatedAt: isoLocal() };
}

type Records = Readonly<Record<RecordRef, Values>>;

/** The visit with its private part, and the person's own reflections and opinions of it, oldest first. */
async function recordsOf(person: string, visitId: string): Promise<{ readonly visit: Records; readonly own: Records }> {
  const view = await look(person, ["visit", "visit_private", "reflection", "opinion"]);
  const ids = [visitId, resolveAlias(view, visitId)];
  const visit = [`visit:${visitId}`, `visit_private:${visitId}`] as const;
  const own = ["reflection", "opinion"]
    .flatMap((kind) => allOf(view, kind))
    .filter(({ values }) => ids.some((id) => id === values["visit_id"]))
    .filter(({ ref, values }) => !ref.startsWith("opinion:") || !isEmpty(values["text"]))
    .sort((a, b) => a.ref.localeCompare(b.ref));
  return {
    visit: Object.fromEntries(visit.map((ref) => [ref, shownIn(view, ref).values])),
    own: Object.fromEntries(own.map(({ ref, values }) => [ref, values])),
  };
}

const added = (draft: Draft, own: Records): Records =>
  Object.fromEntries(Object.entries(own).filter(([ref]) => !(ref in draft.values)));

/**
 * Keep what the form shows now: cheap enough for every few keystrokes. Resolves with the stored draft when it is on the disk.
 *
 * @throws Overtaken, if another tab has saved or ended it since; NoRoom
 */
export async function putDraft(draft: Draft): Promise<Draft> {
  const kept = await storeText(() => writeOutbox(["drafts", "meta"], (tx) => keep(tx, draft)));
  tellChanged("drafts");
  return kept;
}

export const getDraft = (person: string, id: string): Promise<Draft | undefined> =>
  outbox((db) => db.get("drafts", [person, id]));

/** The person's drafts, last touched first. */
export async function listDrafts(person: string): Promise<Draft[]> {
  const drafts = await outbox((db) => db.getAllFromIndex("drafts", "person", person));
  return drafts.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
}

/** Throw a draft away; the returned draft, given to `bringBackDraft`, comes back (its photos stay for a day). */
export async function discardDraft(person: string, id: string): Promise<Draft | undefined> {
  const gone = await writeOutbox(["drafts", "meta"], async (tx) => {
    const draft = await tx.objectStore("drafts").get([person, id]);
    await end(tx, person, id);
    return draft;
  });
  tellChanged("drafts");
  return gone;
}

/**
 * Bring back a draft that was thrown away. Where the visit was opened again since, what was written there stands.
 *
 * @throws NoRoom; then nothing has changed
 */
export async function bringBackDraft(gone: Draft): Promise<void> {
  await storeText(() =>
    writeOutbox(["drafts", "meta"], async (tx) => {
      const now = await tx.objectStore("drafts").get([gone.person, gone.id]);
      await keepOver(tx, now ? united(gone, now) : gone);
    }),
  );
  tellChanged("drafts");
}

function united(gone: Draft, now: Draft): Draft {
  const refs = [...new Set([...Object.keys(gone.values), ...Object.keys(now.values)])] as RecordRef[];
  const values = refs.map((ref) => {
    const opened = now.opened[ref] ?? {};
    const later = Object.entries(now.values[ref] ?? {}).filter(([field, value]) => !same(value, opened[field]));
    return [ref, { ...now.values[ref], ...gone.values[ref], ...Object.fromEntries(later) }] as const;
  });
  const opened = { ...now.opened, ...gone.opened };
  return { ...now, opened, values: Object.fromEntries(values), updatedAt: isoLocal() };
}
