/** 我的记录, 需处理 and the counts of 今天, by the four words a teacher sees. */
import { splitRef } from "../ids.ts";
import { conflictsIn } from "./conflicts.ts";
import { decidingOf } from "./deciding.ts";
import { overtakenIn } from "./disagreements.ts";
import { listDrafts } from "./drafts.ts";
import { duplicatesIn } from "./duplicates.ts";
import { person as personOf } from "./people.ts";
import { photosIn } from "./photos.ts";
import { childOf, entriesOf, isStuck } from "./states.ts";
import type {
  Attention,
  ConflictEntry,
  Deciding,
  EditStory,
  HomeCounts,
  Photo,
  QueuedEdit,
  SendState,
  SentEdit,
  Todo,
  VisitEntry,
} from "./types.ts";
import { childNameOf, look, resolveAlias, studentNameOf, type View } from "./view.ts";

const KINDS = ["visit", "visit_private", "student", "conflict", "reflection", "opinion"];

/** Every visit the person took part in or writes on, newest first; drafts included (state 草稿). */
export async function myRecords(person: string): Promise<VisitEntry[]> {
  return (await entriesOf(await look(person, KINDS), () => true)).filter((each) => each.mine);
}

/** One visit's state; null if the person has no part in it. A merged one's is that of its draft, else of what it became. */
export async function sendState(person: string, visitId: string): Promise<SendState | null> {
  const view = await look(person, KINDS);
  const ids = [visitId, resolveAlias(view, visitId)];
  const found = await entriesOf(view, ({ ref }) => ids.includes(splitRef(ref).id));
  return (found.find((each) => each.id === visitId) ?? found[0])?.state ?? null;
}

/** Everything that waits for this person's decision. */
export const attention = async (person: string): Promise<readonly Attention[]> => (await todo(person)).items;

/** 需处理 as its page lists it; 今天 counts the same entries. */
export async function todo(person: string): Promise<Todo> {
  const [view, photos, begun] = await Promise.all([
    look(person, KINDS),
    photosIn(person, "refused"),
    decidingOf(person),
  ]);
  const held = view.sent.filter((each) => each.status === "held").map((each) => storyOf(view, "held", each));
  return { items: attentionIn(view, photos, begun), held };
}

function attentionIn(view: View, refused: readonly Photo[], begun: readonly Deciding[]): Attention[] {
  const edits = [...view.queued.map(ofQueued), ...view.sent.map(ofSent)].filter((each) => each !== null);
  return [
    ...conflictsByVisit(view),
    ...overtakenIn(view, begun),
    ...duplicatesIn(view),
    ...edits.map(({ type, of }) => storyOf(view, type, of)),
    ...refused.map((each) => ofPhoto(view, each)),
  ];
}

/** Own open conflicts, an entry a visit: they are settled in one go. */
function conflictsByVisit(view: View): Attention[] {
  const visits = new Map<string, ConflictEntry[]>();
  for (const each of conflictsIn(view).filter((one) => one.own && !one.settling)) {
    const visitId = resolveAlias(view, each.visitId);
    visits.set(visitId, [...(visits.get(visitId) ?? []), each]);
  }
  return [...visits].map(([visitId, conflicts]) => {
    return { type: "conflicts", visitId, studentName: studentNameOf(view, visitId), conflicts };
  });
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
  const { id, record, reason, message, edit } = of;
  const studentId = childOf(of);
  const visitId = studentId === null ? of.visitId : null; // an older app tied an answer to a visit
  const studentName = studentId === null ? studentNameOf(view, visitId ?? "") : childNameOf(view, studentId);
  const told = { visitId, studentId, studentName, case: "case" in of ? of.case : null };
  return { type, id, record, ...told, reason, message, edit };
}

const ofPhoto = (view: View, { sha256, visitId, reason, message }: Photo): Attention => ({
  type: "photo",
  sha256,
  visitId,
  studentName: visitId === null ? "" : studentNameOf(view, visitId),
  reason,
  message,
});

/** What 今天 counts from, beside the photos. */
export const homeView = (person: string): Promise<View> => look(person, KINDS);

/**
 * What 今天 counts. Reads no photo bytes.
 *
 * @param seen - a `homeView` since which only photos have changed
 */
export async function homeCounts(person: string, seen?: View): Promise<HomeCounts> {
  const view = seen ?? (await homeView(person));
  const [going, refused, drafts, who, begun] = await Promise.all([
    photosIn(person, "waiting"), // what has arrived lies here for a week: those cards are not read
    photosIn(person, "refused"),
    listDrafts(person),
    personOf(person),
    decidingOf(person),
  ]);
  const held = view.sent.filter((each) => each.status === "held");
  const moving = [...view.queued.filter((each) => each.state === "waiting" && !isStuck(each)), ...held, ...going];
  const kept = [...view.queued, ...refused];
  const visitsOf = (all: readonly (QueuedEdit | SentEdit | Photo)[]): number =>
    new Set(all.map((each) => each.visitId ?? ("record" in each ? each.record : null))).size;
  return {
    waitingEdits: view.queued.filter((each) => each.state === "waiting").length,
    waitingPhotos: going.length,
    waitingBytes: going.reduce((sum, each) => sum + each.bytes, 0),
    waitingVisits: visitsOf(moving),
    unsentVisits: visitsOf([...moving, ...kept]),
    needAction: attentionIn(view, refused, begun).length,
    drafts: drafts.length,
    lastDelivery: who?.lastDelivery ?? null,
  };
}
