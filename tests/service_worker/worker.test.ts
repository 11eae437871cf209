import { beforeEach, describe, expect, test, vi } from "vitest";
import { PhotoError } from "#worker/shrink.ts";
import * as shrinking from "#worker/shrink.ts";
import { isShare, receive, type Tray } from "#worker/share.ts";
import { NoRoom } from "#worker/store/room.ts";
import { LOCK } from "#worker/sync/lock.ts";
import { isTakeOver, takeOver } from "#worker/takeover.ts";
import { picture } from "./support/phone.ts";

const ORIGIN = "https://visit.example";

interface FakePage {
  postMessage(message: unknown, ports: MessagePort[]): void;
}

let pages: FakePage[] = [];
const skipWaiting = vi.fn(() => Promise.resolve());

beforeEach(() => {
  pages = [];
  skipWaiting.mockClear();
  const clients = { matchAll: (): Promise<FakePage[]> => Promise.resolve(pages) };
  vi.stubGlobal("self", { location: { origin: ORIGIN }, clients, skipWaiting });
});

describe("pictures shared into the app", () => {
  const shared = (count: number, headers: Record<string, string> = { origin: ORIGIN }): Request => {
    const form = new FormData();
    for (let at = 0; at < count; at += 1) form.append("photos", new File(["x"], `${String(at)}.jpg`));
    const request = new Request(`${ORIGIN}/share`, { method: "POST", body: form });
    return { headers: new Headers(headers), formData: () => request.formData() } as unknown as Request;
  };

  const kept: string[] = [];
  const tray: Tray = () =>
    Promise.resolve((photo) => {
      if (kept.includes(photo.sha256)) return Promise.resolve(false);
      kept.push(photo.sha256);
      return Promise.resolve(true);
    });

  const where = (response: Response): string =>
    (response.headers.get("Location") ?? "").replace(`${ORIGIN}/app/share?`, "");

  beforeEach(() => {
    kept.length = 0;
    let at = 0;
    vi.spyOn(shrinking, "shrink").mockImplementation(() => Promise.resolve(picture(`p${String((at += 1))}`)));
  });

  test("is POST /share of our own origin only", () => {
    expect(isShare(new Request(`${ORIGIN}/share`, { method: "POST" }))).toBe(true);
    expect(isShare(new Request(`${ORIGIN}/share`))).toBe(false);
    expect(isShare(new Request("https://other.example/share", { method: "POST" }))).toBe(false);
  });

  test("at most six are kept, and the page is told of the rest", async () => {
    const response = await receive(shared(8), tray);
    expect(response.status).toBe(303);
    expect(where(response)).toBe("photos=6&known=0&unreadable=0&too_large=0&left_out=2");
    expect(kept).toHaveLength(6);
  });

  test("what is no picture is counted, the others are kept", async () => {
    for (const code of ["unreadable", "too_large"] as const)
      vi.mocked(shrinking.shrink).mockRejectedValueOnce(new PhotoError(code));
    expect(where(await receive(shared(3), tray))).toBe("photos=1&known=0&unreadable=1&too_large=1&left_out=0");
  });

  test("what a visit has already is counted, and not kept again", async () => {
    kept.push("p1");
    expect(where(await receive(shared(2), tray))).toBe("photos=1&known=1&unreadable=0&too_large=0&left_out=0");
  });

  test("nothing is kept for a foreign site, or while nobody is signed in", async () => {
    expect(where(await receive(shared(1, { origin: "https://evil.example" }), tray))).toBe("problem=foreign");
    expect(where(await receive(shared(1), () => Promise.resolve(null)))).toBe("problem=signed_out");
    expect(kept).toEqual([]);
  });

  test("a phone without room says so", async () => {
    const full: Tray = () => Promise.resolve(() => Promise.reject(new NoRoom("full")));
    expect(where(await receive(shared(1), full))).toBe("problem=not_stored");
    const broken: Tray = () => Promise.resolve(() => Promise.reject(new Error("cut")));
    expect(where(await receive(shared(1), broken))).toBe("problem=broken");
  });
});

describe("an update", () => {
  const page = (clean: boolean): FakePage => ({
    postMessage: (_, ports) => ports[0]?.postMessage(clean),
  });

  test("takes over when every page is clean", async () => {
    pages = [page(true), page(true)];
    expect(isTakeOver({ type: "take-over" })).toBe(true);
    expect(await takeOver()).toBe(true);
    expect(skipWaiting).toHaveBeenCalledOnce();
  });

  test("waits for a page with unsaved words, for one that does not answer, and for a running round", async () => {
    pages = [page(true), page(false)];
    expect(await takeOver()).toBe(false);
    pages = [{ postMessage: () => undefined }];
    expect(await takeOver()).toBe(false);
    pages = [];
    await navigator.locks.request(LOCK, async () => {
      expect(await takeOver()).toBe(false);
    });
    expect(skipWaiting).not.toHaveBeenCalled();
  });
});
