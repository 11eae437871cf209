/**
 * The share target: pictures shared from the phone's gallery arrive as POST /share and are stored before the page opens.
 *
 * - Works without a signal; the 303 is followed by a GET that the shell answers.
 * - Any web site can post a form to /share, and a worker sees no Sec-Fetch headers. A foreign Origin is turned away; what
 *   is left lies in a tray, and goes into a visit by the teacher's own tap.
 * - Without an active worker the POST reaches the server, which reads nothing and answers 303 to /app/share?problem=again.
 */
import { PhotoError, shrink } from "./shrink.ts";
import type { Shrunk } from "./store/types.ts";

declare const self: ServiceWorkerGlobalScope;

/** Where shared pictures are kept; null while nobody is signed in. */
export type Keep = () => Promise<((photo: Shrunk) => Promise<void>) | null>;

const MAX_FILES = 6;

export function isShare(request: Request): boolean {
  const url = new URL(request.url);
  return request.method === "POST" && url.origin === self.location.origin && url.pathname === "/share";
}

export async function receive(request: Request, tray: Keep): Promise<Response> {
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== "null" && origin !== self.location.origin) return seeOther({ problem: "foreign" });
  try {
    const keep = await tray();
    if (!keep) return seeOther({ problem: "signed_out" });
    const form = await request.formData();
    const files = form.getAll("photos").filter((part): part is File => typeof part !== "string");
    const outcome = { photos: 0, unreadable: 0, left_out: Math.max(0, files.length - MAX_FILES) };
    for (const file of files.slice(0, MAX_FILES)) {
      // One at a time: a decoded picture takes 50 MB and more.
      if (await isKept(file, keep)) outcome.photos += 1;
      else outcome.unreadable += 1;
    }
    return seeOther(outcome);
  } catch {
    return seeOther({ problem: "not_stored" }); // no room, a broken body: the page says so; what was stored stays
  }
}

/** Shrunk before it is stored: the place it was taken never reaches the disk. */
async function isKept(file: File, keep: (photo: Shrunk) => Promise<void>): Promise<boolean> {
  try {
    await keep(await shrink(file));
    return true;
  } catch (error) {
    if (error instanceof PhotoError) return false;
    throw error;
  }
}

const seeOther = (query: Record<string, string | number>): Response => {
  const words = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  return Response.redirect(new URL(`/app/share?${words.toString()}`, self.location.origin), 303);
};
