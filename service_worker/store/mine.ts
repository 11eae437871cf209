/** 我的记录, 需处理 and the counts of 今天, by the four words a teacher sees. */
import { splitRef } from "../ids.ts";
import { conflictsIn } from "./conflicts.ts";
import { listDrafts } from "./drafts.ts";
import { person as personOf } from "./people.ts";
import { photosOf } from "./photos.ts";
import { entriesOf, isStuck, ownConflicts } from "./states.ts";
import type { Attention, EditStory, HomeCounts, Photo, QueuedEdit, SendState, SentEdit, VisitEntry } from "./types.ts";
import { elements } from "./values.ts";
import { allOf, look, resolveAlias, studentNameOf, type View } from "./view.ts";

const KINDS = ["visit", "visit_private", "student", "conflict", "reflection", "opinion"];

/** Every visit the person took part in or writes on, newest first; drafts included (state 草稿). */
export async function myRecords(person: string): Promise<VisitEntry[]> {
  return (await entriesOf(await look(person, KINDS), () => true)).filter((each) => each.mine);
}

/** One visit's state; null if the person has no part in it. */
export async function sendState(person: string, visitId: string): Promise<SendState | null> {
  const view = await look(person, KINDS);
  const ref = `visit:${resolveAlias(view, visitId)}`;
  return (await entriesOf(view, (each) => each.ref === ref))[0]?.state ?? null;
}

/** Everything that waits for this person's decision. */
export async function attention(person: string): Promise<Attention[]> {
  return attentionIn(await look(person, KINDS), await photosOf(person));
}

function attentionIn(view: View, photos: readonly Photo[]): Attention[] {
  const own = new Set(ownConflicts(view).map((each) => splitRef(each.ref).id));
  const edits = [...view.queued.map(ofQueued), ...view.sent.map(ofSent)].filter((each) => each !== null);
  return [
    ...conflictsIn(view)
      .filter((each) => own.has(each.id) && !each.settling)
      .map((conflict) => ({ type: "conflict" as const, conflict })),
    ...edits.map(({ type, of }) => storyOf(view, type, of)),
    ...photos.filter((each) => each.state === "refused").map((each) => ofPhoto(view, each)),
    ...duplicatesIn(view),
  ];
}

type Story = EditStory["type"];

const ofQueued = (of: QueuedEdit): { type: Story; of: QueuedEdit } | null => {
  if (of.state === "parked") return { type: "parked", of };
  return isStuck(of) ? { type: "stuck", of } : null;
};

const ofSent = (of: SentEdit): { type: Story; of: SentEdit } | null => {
  if (of.status === "quarantined") return { type: "quarantined", of };
  return of.status === "returned" && !of.acknowledged ? { type: "returned", of } : null;
};

function storyOf(view: View, type: Story, of: QueuedEdit | SentEdit): EditStory {
  const { id, record, visitId, reason, message, edit } = of;
  const studentName = studentNameOf(view, visitId);
  return { type, id, record, visitId, studentName, reason, message, case: "case" in of ? of.case : null, edit };
}

const ofPhoto = (view: View, { sha256, visitId, reason, message }: Photo): Attention => ({
  type: "photo",
  sha256,
  visitId,
  studentName: visitId === null ? "" : studentNameOf(view, visitId),
  reason,
  message,
});

/** Visits of one's own that look like another's of the same day; asked once a pair, until one of them says no. */
function duplicatesIn(view: View): Attention[] {
  return allOf(view, "visit").flatMap(({ ref, values }) => {
    const visitId = splitRef(ref).id;
    const isOwn = (view.rows.get(ref) ?? []).some((row) => row.scope === `self:${view.person}`);
    if (!isOwn) return [];
    const answered = elements(values["not_duplicate_of"]);
    return elements(values["possible_duplicates"])
      .filter((other) => !answered.includes(other))
      .map((otherId) => ({ type: "duplicate" as const, visitId, otherId, studentName: studentNameOf(view, visitId) }));
  });
}

/** What 今天 counts. Reads no photo bytes. */
export async function homeCounts(person: string): Promise<HomeCounts> {
  const view = await look(person, KINDS);
  const [photos, drafts, who] = await Promise.all([photosOf(person), listDrafts(person), personOf(person)]);
  const going = photos.filter((each) => each.state === "waiting");
  const held = view.sent.filter((each) => each.status === "held");
  const visits = [...view.queued, ...held, ...going].map((each) => each.visitId);
  return {
    waitingEdits: view.queued.filter((each) => each.state === "waiting").length,
    waitingPhotos: going.length,
    waitingBytes: going.reduce((sum, each) => sum + each.bytes, 0),
    waitingVisits: new Set(visits).size,
    needAction: attentionIn(view, photos).filter((each) => each.type !== "duplicate").length,
    drafts: drafts.length,
    lastDelivery: who?.lastDelivery ?? null,
  };
}
