import { expect, test, vi } from "vitest";
import { Tally, type Round } from "#worker/sync/context.ts";
import { IDLE } from "#worker/sync/report.ts";
import type { Photo } from "#worker/store/types.ts";
import type { UploadAnswer, UploadRequest } from "#worker/upload_worker.ts";
import { createUploader } from "#pwa/components/uploader.ts";

const direct = vi.hoisted(() => vi.fn(() => Promise.resolve(null)));
vi.mock("#worker/sync/upload.ts", () => ({ upload: direct }));

/** A worker by itself: what it is told, and `says` is what it answers. */
class Hand extends EventTarget {
  readonly told: UploadRequest[] = [];
  ended = false;
  postMessage(request: UploadRequest): void {
    this.told.push(structuredClone(request));
  }
  terminate(): void {
    this.ended = true;
  }
  says(data: UploadAnswer): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

function hands(): { made: Hand[]; start: () => Worker } {
  const made: Hand[] = [];
  return { made, start: () => made[made.push(new Hand()) - 1] as unknown as Worker };
}

const photo = (bytes = 300_000): Photo => ({ sha256: "aa", bytes, begun: false }) as unknown as Photo;

function roundOf(part: Partial<Round> = {}): Round {
  const tally = new Tally();
  const person = { id: "me", token: "t" } as unknown as Round["person"];
  const told = { say: () => undefined, signal: new AbortController().signal, upload: direct };
  return { person, app: "test", pace: { limit: 500 }, tally, reread: new Set(), ...told, ...part };
}

const sent = (photos: number): UploadAnswer => ({
  stop: null,
  tally: Object.assign(new Tally(), { photos, bytes: 300_000 * photos }),
  pace: { limit: 500, bytesPerMs: 50 },
});

test("a photo goes through a worker; its news and its counts come back to the round", async () => {
  const { made, start } = hands();
  const say = vi.fn();
  const round = roundOf({ say });
  const going = createUploader(start)(round, photo());
  made[0]?.says({ report: { ...IDLE, photo: "aa" } });
  made[0]?.says(sent(1));
  expect(await going).toBeNull();
  expect(say).toHaveBeenCalledWith(expect.objectContaining({ photo: "aa" }));
  expect(round.tally).toMatchObject({ photos: 1, bytes: 300_000 });
  expect(round.pace.bytesPerMs).toBe(50);
  expect(direct).not.toHaveBeenCalled();
});

test("after some photos the worker ends, and the next one begins afresh", async () => {
  const { made, start } = hands();
  const uploader = createUploader(start);
  for (let turn = 1; turn <= 10; turn += 1) {
    const going = uploader(roundOf(), photo());
    made.at(-1)?.says(sent(turn));
    await going;
  }
  expect(made.map((each) => [each.told.length, each.ended])).toEqual([
    [9, true],
    [1, false],
  ]);
});

test("a worker that cannot run is no reason to wait: the page sends the photo itself", async () => {
  const { made, start } = hands();
  const round = roundOf();
  const going = createUploader(start)(round, photo());
  made[0]?.dispatchEvent(new Event("error"));
  expect(await going).toBeNull();
  expect(direct).toHaveBeenCalledOnce();
  expect(made[0]?.ended).toBe(true);
});

test("a round that is broken off ends the worker with the photo it was sending", async () => {
  const { made, start } = hands();
  const holding = new AbortController();
  const uploader = createUploader(start);
  const going = uploader(roundOf({ signal: holding.signal }), photo());
  holding.abort();
  expect((await going)?.connection).toBe("no_network");
  expect(made[0]?.ended).toBe(true);
  expect((await uploader(roundOf({ signal: holding.signal }), photo()))?.connection).toBe("no_network");
  expect(made).toHaveLength(1);
});

test("a store that fails in the worker fails the round, which is tried again", async () => {
  const { made, start } = hands();
  const going = createUploader(start)(roundOf(), photo());
  made[0]?.says({ failed: "NoRoom" });
  await expect(going).rejects.toThrow("NoRoom");
});
