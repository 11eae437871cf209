import { afterEach, describe, expect, test, vi } from "vitest";
import { closeStores, outbox } from "#worker/store/db.ts";
import { getDraft, newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { keepPhoto } from "#worker/store/photos.ts";
import { keepReserve, NoRoom, RESERVE_BYTES } from "#worker/store/room.ts";
import { queued } from "#worker/store/queue.ts";
import { ME, picture } from "./support/phone.ts";

/** A phone with so little room that writes are refused while the reserve is there (or for ever). */
function full(name: string, always = false): void {
  const { put, clear } = IDBObjectStore.prototype as unknown as Record<"put" | "clear", (...args: unknown[]) => never>;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...args) {
    if (this.name !== "reserve" && (always || reserved)) throw new DOMException("full", name);
    if (this.name === "reserve") reserved = true;
    return put.apply(this, args);
  });
  vi.spyOn(IDBObjectStore.prototype, "clear").mockImplementation(function (this: IDBObjectStore) {
    if (this.name === "reserve") reserved = false;
    return clear.call(this);
  });
}

let reserved = false;

afterEach(() => {
  vi.restoreAllMocks();
  reserved = false;
});

const reserve = (): Promise<number> => outbox((db) => db.count("reserve"));

describe("a phone without room", () => {
  test("2 MB lie in reserve, and are put back only once", async () => {
    expect(await keepReserve()).toBe(true);
    expect(await keepReserve()).toBe(true);
    expect((await outbox((db) => db.get("reserve", 1)))?.byteLength).toBe(RESERVE_BYTES);
  });

  test.each(["QuotaExceededError", "UnknownError", "InvalidStateError"])("%s: text takes the reserve", async (name) => {
    await keepReserve();
    reserved = true;
    full(name);
    const draft = await putDraft(newDraft(ME, "c1", { at_home: "写下的字" }));
    expect(await getDraft(ME, draft.id)).toEqual(draft);
    expect(await reserve()).toBe(0);
  });

  test("a photo may not take the reserve", async () => {
    await keepReserve();
    reserved = true;
    full("QuotaExceededError");
    await expect(keepPhoto(ME, "v", picture("aa"))).rejects.toBeInstanceOf(NoRoom);
    expect(await reserve()).toBe(1);
  });

  test("full for good: the draft stays, nothing is half done, and it works again with room", async () => {
    const draft = await putDraft(newDraft(ME, "c1", { student_id: "st1" }));
    full("QuotaExceededError", true);
    await expect(finishDraft(ME, draft.id)).rejects.toBeInstanceOf(NoRoom);
    vi.restoreAllMocks();
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
