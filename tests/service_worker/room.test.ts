import { forceCloseDatabase } from "fake-indexeddb";
import { unwrap } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { closeStores, outbox } from "#worker/store/db.ts";
import { getDraft, newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { keepPhoto } from "#worker/store/photos.ts";
import { giveUpReserve, RESERVE_BYTES } from "#worker/store/reserve.ts";
import { keepReserve, NoRoom } from "#worker/store/room.ts";
import { queued } from "#worker/store/queue.ts";
import { fakeCaches } from "./support/caches.ts";
import { ME, picture } from "./support/phone.ts";

/** A disk on which rows fit while the reserve does not lie there (or never), and files of the cache likewise. */
function full(name: string, always = false): void {
  disk.room = 0;
  const { put } = IDBObjectStore.prototype as unknown as Record<"put", (...args: unknown[]) => IDBRequest<IDBValidKey>>;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...args) {
    if (always || disk.bytesOf("/reserve") !== undefined) {
      refused += 1;
      throw new DOMException("full", name);
    }
    disk.room = 6 * 1024 * 1024;
    if (this.name === "reserve") filler += 1;
    return put.apply(this, args);
  });
}

let disk: ReturnType<typeof fakeCaches>;
let refused = 0;
/** Rows of filler written: the browser's log was made anew. */
let filler = 0;

beforeEach(async () => {
  disk = fakeCaches();
  refused = filler = 0;
  vi.stubGlobal("caches", disk.storage);
  await closeStores(true);
  await outbox((db) => db.count("drafts"));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a phone without room", () => {
  test("8 MB lie in reserve, beside the rows", async () => {
    expect(await keepReserve()).toBe(true);
    expect(disk.keys().sort()).toEqual(["/reserve", "/whole"]);
    expect(disk.bytesOf("/reserve")).toBe(RESERVE_BYTES);
  });

  test("the reserve is not put where it would fill the disk", async () => {
    disk.room = RESERVE_BYTES;
    expect(await keepReserve()).toBe(false);
    expect(disk.keys()).toEqual(["/whole"]);
  });

  test.each(["QuotaExceededError", "UnknownError"])("%s: text takes the reserve, and a new log", async (name) => {
    await keepReserve();
    full(name);
    disk.room = 6 * 1024 * 1024;
    const draft = await putDraft(newDraft(ME, "c1", { at_home: "写下的字" }));
    expect(await getDraft(ME, draft.id)).toEqual(draft);
    expect(disk.keys()).toEqual(["/whole"]);
    expect(filler * 48 * 1024).toBeGreaterThan(4 * 1024 * 1024);
    expect(await outbox((db) => db.count("reserve"))).toBe(0);
  });

  test("after a refused write nothing is written before there is room for a new log", async () => {
    await keepReserve();
    full("UnknownError");
    const draft = newDraft(ME, "c1", { at_home: "写下的字" });
    await expect(putDraft(draft)).rejects.toBeInstanceOf(NoRoom);
    await expect(putDraft(draft)).rejects.toBeInstanceOf(NoRoom);
    expect([refused, filler, disk.keys()]).toEqual([1, 0, []]);
    disk.room = Infinity;
    await putDraft(draft);
    expect(filler).toBeGreaterThan(0);
    disk.room = Infinity;
    expect(await keepReserve()).toBe(true);
  });

  test("without a reserve no write is tried that might be refused", async () => {
    full("UnknownError", true);
    disk.room = 255 * 1024;
    const draft = newDraft(ME, "c1", { at_home: "写下的字" });
    await expect(putDraft(draft)).rejects.toBeInstanceOf(NoRoom);
    expect([refused, disk.keys()]).toEqual([0, ["/whole"]]);
    vi.restoreAllMocks();
    disk.room = 256 * 1024;
    await putDraft(draft);
    expect(disk.keys()).toEqual(["/whole"]);
  });

  test("where the browser closes a connection, the log is made anew at once", async () => {
    await keepReserve();
    forceCloseDatabase(unwrap(await outbox((db) => Promise.resolve(db))) as never);
    await vi.waitFor(() => {
      expect(disk.keys()).toEqual(["/whole"]);
    });
    forceCloseDatabase(unwrap(await outbox((db) => Promise.resolve(db))) as never);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(disk.keys()).toEqual([]); // again so soon: a sick disk would go on for ever, so the next write sees to it
    await putDraft(newDraft(ME, "c1", {}));
    expect(disk.keys()).toEqual(["/whole"]);
  });

  test("of two windows that find the log broken one makes it anew", async () => {
    await keepReserve();
    await giveUpReserve();
    full("UnknownError");
    disk.room = Infinity;
    vi.resetModules();
    const one = await import("#worker/store/db.ts");
    vi.resetModules();
    const other = await import("#worker/store/db.ts");
    await Promise.all([one.makeWhole(), other.makeWhole()]);
    expect(filler * 48 * 1024).toBeLessThan(5 * 1024 * 1024);
    await Promise.all([one.closeStores(), other.closeStores()]);
  });

  test("nobody tries for room while another window writes after its own trial", async () => {
    let under = 0;
    let most = 0;
    const { put } = disk.cache;
    vi.spyOn(disk.cache, "put").mockImplementation(async (key, response) => {
      most = Math.max(most, (under += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      await put(key, response);
      under -= 1;
    });
    await Promise.all([putDraft(newDraft(ME, "c1", {})), putDraft(newDraft(ME, "c2", {})), keepReserve()]);
    expect(most).toBe(1);
  });

  test("an app that was killed in between knows that the log may be broken", async () => {
    await keepReserve();
    await giveUpReserve();
    vi.resetModules();
    const [db, drafts] = [await import("#worker/store/db.ts"), await import("#worker/store/drafts.ts")];
    full("UnknownError");
    disk.room = 0;
    await expect(drafts.putDraft(newDraft(ME, "c1", {}))).rejects.toMatchObject({ name: "NoRoom" });
    disk.room = Infinity;
    await drafts.putDraft(newDraft(ME, "c1", {}));
    expect(filler).toBeGreaterThan(0);
    await db.closeStores();
  });

  test("a store that does not open takes the reserve too", async () => {
    await keepReserve();
    await closeStores();
    vi.spyOn(indexedDB, "open").mockImplementationOnce(() => {
      throw new DOMException("Encountered full disk while opening", "QuotaExceededError");
    });
    expect(await outbox((db) => db.count("drafts"))).toBe(0);
    expect(disk.keys()).toEqual([]);
  });

  test("a photo may not take the room of the reserve", async () => {
    await keepReserve();
    full("QuotaExceededError");
    await expect(keepPhoto(ME, "v", picture("aa"))).rejects.toBeInstanceOf(NoRoom);
    disk.room = 6 * 1024 * 1024;
    await expect(keepPhoto(ME, "v", picture("aa"))).rejects.toBeInstanceOf(NoRoom);
    expect(await outbox((db) => db.count("photos"))).toBe(0);
  });

  test("full for good: the draft stays, nothing is half done, and it works again with room", async () => {
    const draft = await putDraft(newDraft(ME, "c1", { student_id: "st1" }));
    full("QuotaExceededError", true);
    await expect(finishDraft(ME, draft.id)).rejects.toBeInstanceOf(NoRoom);
    vi.restoreAllMocks();
    disk.room = Infinity;
    expect(await getDraft(ME, draft.id)).toEqual(draft);
    expect(await queued(ME)).toEqual([]);
    expect(await finishDraft(ME, draft.id)).toHaveLength(1);
  });
});

test("a connection that the browser closed is opened again and the call repeated", async () => {
  await outbox((db) => {
    db.close();
    return Promise.resolve();
  });
  const draft = await putDraft(newDraft(ME, "c1", {}));
  expect(await getDraft(ME, draft.id)).toEqual(draft);
  await closeStores();
  expect(await getDraft(ME, draft.id)).toEqual(draft);
});
