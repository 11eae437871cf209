/** A scripted school: what the phone asked, and what it is answered. */
import { vi } from "vitest";
import type { Outcome, SyncAnswer, SyncRequest } from "#worker/api/wire.ts";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string | Blob | null;
}

export type Handler = (call: Call) => Response | Promise<Response>;

/** Answer every request with `handler`; the returned list grows with each. Throwing is "no network". */
export function school(handler: Handler): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    const call = { method: init.method ?? "GET", path, headers, body: init.body as string | Blob | null };
    calls.push(call);
    const answered = handler(call);
    const stopped = new Promise<never>((_, reject) => {
      init.signal?.addEventListener("abort", () => {
        reject(new DOMException("aborted", "AbortError"));
      });
    });
    return Promise.race([answered, stopped]);
  });
  return calls;
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

export const html = (status = 200): Response =>
  new Response("<h1>欢迎使用 Wi-Fi</h1>", { status, headers: { "Content-Type": "text/html" } });

export const noNetwork = (): never => {
  throw new TypeError("no network");
};

export const bodyOf = (call: Call): SyncRequest => JSON.parse(call.body as string) as SyncRequest;

export const isSync = (call: Call): boolean => call.path === "/api/v1/sync";

/** An answer of the school to a round, with as little as needed. */
export function answer(part: Partial<SyncAnswer> = {}): SyncAnswer {
  return {
    epoch: "e1",
    server_time: new Date().toISOString(),
    pull: "ok",
    outcomes: [],
    missing_photos: [],
    scopes: {},
    changes: [],
    revoked: [],
    ...part,
  };
}

export const applied = (id: string, part: Partial<Outcome> = {}): Outcome => ({
  id,
  status: "applied",
  custody: true,
  rev: 1,
  conflicts: [],
  ...part,
});

/** A school that takes every edit and has no rows. */
export const taking: Handler = (call) =>
  json(answer({ outcomes: (bodyOf(call).edits ?? []).map((each) => applied(each.id)) }));
