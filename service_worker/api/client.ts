/** One request to our server, with a time-out, and an answer that says plainly what came back. */
import type { Json } from "./wire.ts";

export type Answer =
  | { readonly kind: "json"; readonly status: number; readonly headers: Headers; readonly body: Json }
  /** Something answered, and it is no JSON: bytes, nothing, or another site's page. */
  | { readonly kind: "other"; readonly status: number; readonly headers: Headers; readonly bytes: ArrayBuffer }
  /** Nothing answered: no network, a redirect (never followed), or the time was over. */
  | { readonly kind: "none"; readonly timedOut: boolean };

export interface Ask {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Blob;
  /** The device's token; else the session's cookie travels (with `csrf` for what changes something). */
  readonly token?: string;
  readonly csrf?: string;
  readonly signal?: AbortSignal;
}

/** Ask, and never throw: what went wrong is part of the answer. */
export async function ask(request: Ask): Promise<Answer> {
  const timer = new AbortController(); // AbortSignal.timeout is newer than the oldest browser that gets the app
  const stop = (): void => {
    timer.abort();
  };
  let timedOut = false;
  const clock = setTimeout(() => {
    timedOut = true;
    stop();
  }, request.timeoutMs);
  request.signal?.addEventListener("abort", stop);
  try {
    if (request.signal?.aborted === true) return { kind: "none", timedOut: false };
    return await read(await fetch(request.path, options(request, timer.signal)));
  } catch {
    return { kind: "none", timedOut };
  } finally {
    clearTimeout(clock);
    request.signal?.removeEventListener("abort", stop);
  }
}

function options(request: Ask, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json", ...request.headers };
  if (request.token !== undefined) headers["Authorization"] = `Device ${request.token}`;
  if (request.csrf !== undefined) headers["X-CSRFToken"] = request.csrf;
  if (typeof request.body === "string") headers["Content-Type"] = "application/json";
  return {
    method: request.method,
    headers,
    body: request.body ?? null,
    signal,
    cache: "no-store",
    redirect: "error",
    credentials: request.token === undefined ? "same-origin" : "omit",
  };
}

async function read(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const bytes = await response.arrayBuffer(); // within the time-out too: a body may hang as well as a head
  if (isJson(headers)) {
    try {
      return { kind: "json", status, headers, body: JSON.parse(new TextDecoder().decode(bytes)) as Json };
    } catch {
      // Cut short, or a page that lies about its type: no answer of ours.
    }
  }
  return { kind: "other", status, headers, bytes };
}

const isJson = (headers: Headers): boolean =>
  (headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() === "application/json";

/** A field of a JSON object; undefined if it is none. */
export function fieldOf(body: Json, name: string): Json | undefined {
  return body !== null && typeof body === "object" && !Array.isArray(body) ? body[name] : undefined;
}

/** The server's own sentence and code of an error answer. */
export function errorOf(answer: Answer): { code: string | null; message: string | null } {
  const body = answer.kind === "json" ? answer.body : null;
  const [code, message] = [fieldOf(body, "error"), fieldOf(body, "message")];
  return { code: typeof code === "string" ? code : null, message: typeof message === "string" ? message : null };
}
