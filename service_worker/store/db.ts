/**
 * The only place that opens a database. Two of them, with versions that never meet: `outbox` holds what a teacher wrote
 * and is touched by no release, rollback, sign-out or reset; `records` holds copies of what the server has.
 */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import { giveUpReserve, isWhole, makeAlone, markWhole, NotTried, writeSafely } from "./reserve.ts";
import type { Draft, Person, Photo, QueuedEdit, SentEdit, StoredCursor, StoredRow } from "./types.ts";

/** Its stores never change their meaning: an old worker must be able to drain what a new page wrote. */
export interface OutboxSchema extends DBSchema {
  persons: { key: string; value: Person };
  drafts: { key: [string, string]; value: Draft; indexes: { person: string } };
  edits: { key: string; value: QueuedEdit; indexes: { order: [string, number]; record: [string, string] } };
  sent: { key: string; value: SentEdit; indexes: { order: [string, number]; record: [string, string] } };
  photos: { key: [string, string]; value: Photo; indexes: { state: [string, string] } };
  /** key: person, sha256, "full" or "thumb"; plain buffers, since WebKit loses Blobs. */
  photo_bytes: { key: [string, string, string]; value: ArrayBuffer };
  /** Small single values: who is signed in, the counter of order, the lease. */
  meta: { key: string; value: unknown };
  /** Filler, for the moment in which the browser's log is made anew; empty otherwise. */
  reserve: { key: number; value: ArrayBuffer };
}

export interface RecordsSchema extends DBSchema {
  rows: {
    key: [string, string, string, string];
    value: StoredRow;
    indexes: { kind: [string, string]; record: [string, string, string] };
  };
  cursors: { key: [string, string]; value: StoredCursor };
  /** By person; beside it, under a key of its own, that a person has signed out (people.ts). */
  epochs: { key: string; value: string };
}

export type OutboxDb = IDBPDatabase<OutboxSchema>;
export type RecordsDb = IDBPDatabase<RecordsSchema>;
export type OutboxStore = StoreNames<OutboxSchema>;
export type RecordsStore = StoreNames<RecordsSchema>;
export type OutboxWrite = IDBPTransaction<OutboxSchema, OutboxStore[], "readwrite">;
export type RecordsWrite = IDBPTransaction<RecordsSchema, RecordsStore[], "readwrite">;

const KB = 1024;
const OUTBOX_VERSION = 1;
const RECORDS_VERSION = 1;

/** What a browser says when it closed the connection under us, or when there is no room. */
export const DEAD_OR_FULL = new Set(["QuotaExceededError", "DataError", "UnknownError", "InvalidStateError"]);

/** The name of an error, wherever it came from. */
export const errorName = (error: unknown): string =>
  error instanceof Error || error instanceof DOMException ? error.name : "";

/** The browser's log of both databases is known to be whole; else its mark is asked. */
let whole = false;
let breaks = 0;
let breaking: Promise<void> = Promise.resolve();

/** A write was refused, here or elsewhere, or the store could not be opened. */
async function breakLog(): Promise<void> {
  whole = false;
  breaks += 1;
  breaking = giveUpReserve();
  await breaking;
}

/** A connection that is opened when first needed and again after the browser closed it. */
class Connection<S extends DBSchema> {
  private opened: Promise<IDBPDatabase<S>> | null = null;

  constructor(
    readonly name: string,
    private readonly version: number,
    private readonly create: (db: IDBPDatabase<S>) => void,
  ) {}

  get(): Promise<IDBPDatabase<S>> {
    this.opened ??= this.open();
    return this.opened;
  }

  /** Close it, so that the next call opens a fresh one. */
  async forget(): Promise<void> {
    const opened = this.opened;
    this.opened = null;
    await opened?.then((db) => {
      db.close();
    }, noop);
  }

  private open(): Promise<IDBPDatabase<S>> {
    const opening = this.openNow().catch(async (error: unknown) => {
      if (!DEAD_OR_FULL.has(errorName(error))) throw error;
      await breakLog(); // Chromium cannot even open without a little room
      return this.openNow();
    });
    opening.catch(() => {
      this.opened = null;
    });
    return opening;
  }

  private async openNow(): Promise<IDBPDatabase<S>> {
    return await openDB<S>(this.name, this.version, {
      upgrade: (db) => {
        this.create(db);
      },
      blocking: () => void this.forget(), // a newer page wants to upgrade: never stand in its way
      terminated: () => {
        this.opened = null;
        // The write of another page may have been refused. Not left to the next write: a kill until then would take all.
        void breakLog().then(makeWholeAtOnce);
      },
    });
  }
}

const noop = (): void => undefined;

const outboxConnection = new Connection<OutboxSchema>("outbox", OUTBOX_VERSION, (db) => {
  db.createObjectStore("persons", { keyPath: "id" });
  db.createObjectStore("drafts", { keyPath: ["person", "id"] }).createIndex("person", "person");
  for (const name of ["edits", "sent"] as const) {
    const store = db.createObjectStore(name, { keyPath: "id" });
    store.createIndex("order", ["person", "order"]);
    store.createIndex("record", ["person", "record"]);
  }
  db.createObjectStore("photos", { keyPath: ["person", "sha256"] }).createIndex("state", ["person", "state"]);
  db.createObjectStore("photo_bytes");
  db.createObjectStore("meta");
  db.createObjectStore("reserve");
  whole = true;
  void markWhole();
});

const recordsConnection = new Connection<RecordsSchema>("records", RECORDS_VERSION, (db) => {
  const rows = db.createObjectStore("rows", { keyPath: ["person", "scope", "kind", "id"] });
  rows.createIndex("kind", ["person", "kind"]);
  rows.createIndex("record", ["person", "kind", "id"]);
  db.createObjectStore("cursors", { keyPath: ["person", "scope"] });
  db.createObjectStore("epochs");
});

/** Read; a connection that died is opened again and the question asked once more. */
async function use<S extends DBSchema, T>(
  connection: Connection<S>,
  work: (db: IDBPDatabase<S>) => Promise<T>,
): Promise<T> {
  try {
    return await work(await connection.get());
  } catch (error) {
    if (!DEAD_OR_FULL.has(errorName(error))) throw error;
    await connection.forget();
    return await work(await connection.get());
  }
}

/** More than most writes take, with what the browser writes beside them; and more than rewriting all that a phone reads does. */
export const SMALL_BYTES = 256 * KB;
export const LARGE_BYTES = 4096 * KB;

export interface WriteOptions {
  /** 1 for what may not take the room of the reserve. */
  readonly tries?: number;
  /** More than it takes. */
  readonly bytes?: number;
}

/** Write; a refused write gives up the reserve, and is tried again once the log is whole. */
async function write<S extends DBSchema, T>(
  connection: Connection<S>,
  { tries = 2, bytes = SMALL_BYTES }: WriteOptions,
  work: (db: IDBPDatabase<S>) => Promise<T>,
): Promise<T> {
  await makeWhole();
  try {
    return await writeSafely(bytes, async () => work(await connection.get()));
  } catch (error) {
    if (error instanceof NotTried || !DEAD_OR_FULL.has(errorName(error))) throw error;
    await connection.forget();
    if (errorName(error) !== "InvalidStateError") await breakLog();
    else whole = false; // closed under us, before anything was written
    if (tries <= 1) throw error;
    return await write(connection, { tries: tries - 1, bytes }, work);
  }
}

let making: Promise<void> | null = null;

/**
 * See to it that the browser's log is whole before anything more is written to it: where a write was refused, some
 * filler lets Chromium begin a new one (it does after 4 MB) and throw the broken one away.
 *
 * @throws NotTried, while there is no room for that
 */
export async function makeWhole(): Promise<void> {
  if (whole) return;
  making ??= beginNewLog().finally(() => (making = null));
  await making;
}

/** 4.2 MB. Larger rows would become files of their own, beside the log. */
const FILLER = { turns: 4, rows: 22, bytes: 48 * KB } as const;

async function beginNewLog(): Promise<void> {
  if (!(await isMarkedWhole())) await makeAlone(isMarkedWhole, fillLog);
}

/** Ask the mark; it tells nothing while we are taking it away ourselves, or if the log broke while it was looked for. */
async function isMarkedWhole(): Promise<boolean> {
  const seen = breaks;
  await breaking;
  whole = (await isWhole()) && breaks === seen;
  return whole;
}

async function fillLog(): Promise<void> {
  await outboxConnection.forget(); // it may be dead, and nobody has noticed yet
  const db = await outboxConnection.get();
  for (let turn = 0; turn < FILLER.turns; turn += 1) {
    await settle(filling(db), async (tx) => {
      for (let row = 0; row < FILLER.rows; row += 1)
        await tx.objectStore("reserve").put(new ArrayBuffer(FILLER.bytes), row);
    });
  }
  await settle(filling(db), (tx) => tx.objectStore("reserve").clear());
  whole = true;
  await markWhole();
}

/** A sick disk refuses the filler too, and closes the connection once more: then the next write tries again, and not this. */
const AT_ONCE_AGAIN_MS = 30_000;
let triedAt = -Infinity;
async function makeWholeAtOnce(): Promise<void> {
  if (performance.now() - triedAt < AT_ONCE_AGAIN_MS) return;
  triedAt = performance.now();
  await makeWhole().catch(noop);
}

const filling = (db: OutboxDb): OutboxWrite => db.transaction(["reserve"], "readwrite", { durability: "strict" });

/** Read the outbox; a connection that died is opened again and the work done once more. */
export const outbox = <T>(work: (db: OutboxDb) => Promise<T>): Promise<T> => use(outboxConnection, work);

/** Read the read copies; likewise. */
export const records = <T>(work: (db: RecordsDb) => Promise<T>): Promise<T> => use(recordsConnection, work);

/**
 * Do `work` in one strict transaction of the outbox; resolves only after `complete`, for a request may succeed and its
 * transaction still abort.
 *
 * @throws what `work` threw, or why the browser aborted; then nothing of it is stored
 */
export function writeOutbox<T>(
  stores: OutboxStore[],
  work: (tx: OutboxWrite) => Promise<T>,
  options: WriteOptions = {},
): Promise<T> {
  return write(outboxConnection, options, (db) =>
    settle(db.transaction(stores, "readwrite", { durability: "strict" }), work),
  );
}

/** The same for the read copies, which may be pulled again: the browser need not wait for the disk. */
export function writeRecords<T>(
  stores: RecordsStore[],
  work: (tx: RecordsWrite) => Promise<T>,
  bytes: number = LARGE_BYTES,
): Promise<T> {
  return write(recordsConnection, { bytes }, (db) =>
    settle(db.transaction(stores, "readwrite", { durability: "relaxed" }), work),
  );
}

interface Settling {
  readonly done: Promise<void>;
  readonly error: DOMException | null;
  abort(): void;
}

async function settle<X extends Settling, T>(tx: X, work: (tx: X) => Promise<T>): Promise<T> {
  tx.done.catch(noop); // awaited below; an abort before that must not count as unhandled
  try {
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // The browser has aborted it already.
    }
    throw tx.error ?? error;
  }
}

/** Close both connections; with `erase`, delete the databases too (tests start from nothing). */
export async function closeStores(erase = false): Promise<void> {
  await Promise.all([outboxConnection.forget(), recordsConnection.forget()]);
  if (erase) await Promise.all([deleteDB("outbox"), deleteDB("records")]);
}
