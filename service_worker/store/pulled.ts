/** Keeping what a pull brought: rows and cursors together, whole or not at all. */
import type { RowChange, ScopeAnswer, SyncAnswer } from "../api/wire.ts";
import { records, SMALL_BYTES, writeRecords, type RecordsWrite } from "./db.ts";
import { isDecided } from "./decided.ts";
import { dropReadCopies, isShut } from "./people.ts";
import type { Digest, RecordRef, Scope, StoredCursor } from "./types.ts";

/** Where a person's reading stands: the epoch, and a cursor for each scope that is held. */
export interface Reading {
  readonly epoch: string | null;
  readonly cursors: Readonly<Record<Scope, number>>;
}

export interface Kept {
  /** Scopes that did not match their digest and are read again from nothing. */
  readonly mismatched: readonly Scope[];
  /** Records that left the person's own scope, or that no scope of theirs holds any more: erased, moved, or no longer theirs. */
  readonly gone: readonly RecordRef[];
  /** Records of own edits whose family was erased: they may have no row at all. */
  readonly erased: readonly RecordRef[];
  /** Children whose families were erased: a draft about one may be on no record at all. */
  readonly children: readonly string[];
  /** The school has decided something that this person wrote and it had kept. */
  readonly decided: boolean;
  readonly more: boolean;
  readonly changed: boolean;
}

/** They signed out while the answer was on its way. */
const NOT_KEPT: Kept = {
  ...{ mismatched: [], gone: [], erased: [], children: [] },
  ...{ decided: false, more: false, changed: false },
};

const ofPerson = (person: string): IDBKeyRange => IDBKeyRange.bound([person], [person, []]);
const ofScope = (person: string, scope: Scope): IDBKeyRange => IDBKeyRange.bound([person, scope], [person, scope, []]);

export const cursorsOf = (person: string): Promise<StoredCursor[]> =>
  records((db) => db.getAll("cursors", ofPerson(person)));

export async function reading(person: string): Promise<Reading> {
  const [epoch, cursors] = await Promise.all([records((db) => db.get("epochs", person)), cursorsOf(person)]);
  const held = cursors.filter((each) => !each.revoked);
  return { epoch: epoch ?? null, cursors: Object.fromEntries(held.map((each) => [each.scope, each.cursor])) };
}

/**
 * Keep one answer's rows and cursors. `asked` is what the request said: an answer to a stale question is left out. Scopes
 * in `reread` were read again from nothing once already: a second mismatch is not the phone's.
 */
export async function keepPull(
  person: string,
  asked: Reading,
  answer: SyncAnswer,
  reread: ReadonlySet<Scope> = new Set(),
): Promise<Kept> {
  return writeRecords(["rows", "cursors", "epochs"], async (tx) => {
    if (await isShut(tx, person)) return NOT_KEPT;
    const mismatched: Scope[] = [];
    const changes = bySeq(answer.changes ?? []);
    let changed = false;
    for (const [scope, news] of Object.entries(answer.scopes ?? {}) as [Scope, ScopeAnswer][]) {
      const written = await keepScope(tx, person, scope, asked.cursors[scope], news, changes.get(scope) ?? []);
      changed ||= written;
      if (!reread.has(scope) && !(await matches(tx, person, scope, news))) mismatched.push(scope);
    }
    for (const scope of answer.revoked ?? []) await revoke(tx, person, scope);
    await tx.objectStore("epochs").put(answer.epoch, person);
    const more = Object.values(answer.scopes ?? {}).some((each) => each.more) || mismatched.length > 0;
    const own = (answer.changes ?? []).filter((each) => each.scope === `self:${person}`);
    const decided = own.some(({ kind, row }) => kind === "edit" && isDecided(row));
    const gone = [...goneFrom(own), ...(await lostIn(tx, person, answer.changes ?? []))];
    return {
      mismatched,
      gone,
      erased: erasedBy(own),
      children: childrenErased(answer.changes ?? []),
      decided,
      more,
      changed,
    };
  });
}

function bySeq(changes: readonly RowChange[]): Map<Scope, RowChange[]> {
  const scopes = new Map<Scope, RowChange[]>();
  for (const change of [...changes].sort((a, b) => a.seq - b.seq)) {
    scopes.set(change.scope, [...(scopes.get(change.scope) ?? []), change]);
  }
  return scopes;
}

async function keepScope(
  tx: RecordsWrite,
  person: string,
  scope: Scope,
  asked: number | undefined,
  news: ScopeAnswer,
  changes: readonly RowChange[],
): Promise<boolean> {
  const cursors = tx.objectStore("cursors");
  const known = await cursors.get([person, scope]);
  const afresh = news.reset === true || known === undefined || known.revoked;
  if (!afresh && known.cursor < (asked ?? 0)) return false; // another tab reads this scope again from nothing
  if (afresh && news.reset !== true && (asked ?? 0) > 0) return false;
  if (afresh) await tx.objectStore("rows").delete(ofScope(person, scope));
  const from = afresh ? -1 : known.cursor;
  const fresh = changes.filter((change) => change.seq > from);
  for (const change of fresh) await keepRow(tx, person, change);
  const cursor = afresh ? news.cursor : Math.max(known.cursor, news.cursor);
  const checked = afresh || fresh.length > 0 ? null : known.checked;
  await cursors.put({ person, scope, cursor, more: news.more, revoked: false, checked });
  return fresh.length > 0 || (afresh && (known?.cursor ?? 0) > 0);
}

async function keepRow(tx: RecordsWrite, person: string, change: RowChange): Promise<void> {
  const { scope, kind, id, rev, seq } = change;
  if (change.op === "remove") await tx.objectStore("rows").delete([person, scope, kind, id]);
  else await tx.objectStore("rows").put({ person, scope, kind, id, rev, seq, row: change.row ?? {} });
}

/** Whether the stored rows are what the server says it has; a scope that is not is emptied, to be read from nothing. */
async function matches(tx: RecordsWrite, person: string, scope: Scope, news: ScopeAnswer): Promise<boolean> {
  const cursors = tx.objectStore("cursors");
  const known = await cursors.get([person, scope]);
  if (!news.digest || news.more || known?.cursor !== news.cursor) return true;
  if (known.checked !== null && equal(known.checked, news.digest)) return true;
  const rows = await tx.objectStore("rows").getAll(ofScope(person, scope));
  const seqs = rows.reduce((sum, row) => sum + BigInt(row.seq), 0n).toString();
  if (equal({ n: rows.length, seqs }, news.digest)) {
    await cursors.put({ ...known, checked: news.digest });
    return true;
  }
  await Promise.all([tx.objectStore("rows").delete(ofScope(person, scope)), cursors.delete([person, scope])]);
  return false;
}

const equal = (a: Digest, b: Digest): boolean => a.n === b.n && a.seqs === b.seqs;

/** Scopes that were lost although nothing more is read: a duty has ended, or the person has left, while signed out. */
export async function noteRevoked(person: string, scopes: readonly Scope[]): Promise<void> {
  if (scopes.length === 0) return;
  await writeRecords(["cursors"], async (tx) => {
    for (const scope of scopes) await revoke(tx, person, scope);
  });
}

/** A lost duty: the rows stay until the phone's own edits are in custody (`purgeRevoked`). */
async function revoke(tx: RecordsWrite, person: string, scope: Scope): Promise<void> {
  const known = await tx.objectStore("cursors").get([person, scope]);
  if (known) await tx.objectStore("cursors").put({ ...known, revoked: true });
}

const goneFrom = (own: readonly RowChange[]): RecordRef[] =>
  own
    .filter((each) => each.kind !== "edit" && (each.op === "remove" || each.row?.["erased"] === true))
    .map((each) => `${each.kind}:${each.id}` as const);

async function lostIn(tx: RecordsWrite, person: string, changes: readonly RowChange[]): Promise<RecordRef[]> {
  const lost: RecordRef[] = [];
  for (const { kind, id } of changes.filter((each) => each.op === "remove" && each.kind !== "edit")) {
    if ((await tx.objectStore("rows").index("record").count([person, kind, id])) === 0) lost.push(`${kind}:${id}`);
  }
  return lost;
}

const erasedBy = (own: readonly RowChange[]): RecordRef[] =>
  own
    .filter((each) => each.kind === "edit" && each.row?.["status"] === "erased")
    .map((each) => each.row?.["record"])
    .filter((ref): ref is RecordRef => typeof ref === "string");

const childrenErased = (changes: readonly RowChange[]): string[] =>
  changes.filter((each) => each.kind === "student" && each.row?.["erased"] === true).map((each) => each.id);

/** A backup was put back: nothing that was read holds any more. */
export async function restartReading(person: string, epoch: string): Promise<void> {
  await dropReadCopies(person);
  await writeRecords(["epochs"], (tx) => tx.objectStore("epochs").put(epoch, person), SMALL_BYTES);
}

/** Delete a scope's rows and its cursor; tells which records this phone then holds in no scope at all. */
export async function dropScope(person: string, scope: Scope): Promise<RecordRef[]> {
  return writeRecords(["rows", "cursors"], async (tx) => {
    const rows = await tx.objectStore("rows").getAll(ofScope(person, scope));
    await tx.objectStore("rows").delete(ofScope(person, scope));
    await tx.objectStore("cursors").delete([person, scope]);
    const lost: RecordRef[] = [];
    for (const { kind, id } of rows) {
      if ((await tx.objectStore("rows").index("record").count([person, kind, id])) === 0) lost.push(`${kind}:${id}`);
    }
    return lost;
  });
}
