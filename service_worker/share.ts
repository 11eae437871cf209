/**
 * The share target: pictures shared from the phone's gallery arrive as POST /share and are stored before the page opens.
 *
 * - Works without a signal; the 303 is followed by a GET that the shell answers.
 * - Any web site can post a form to /share, and a worker sees no Sec-Fetch headers. A foreign Origin is turned away; what
 *   is left lies in a tray, and goes into a visit by the teacher's own tap.
 * - Without an active worker the POST reaches the server, which reads nothing and answers 303 to /app/share?problem=again.
 */
import { PhotoError, shrink } from "./shrink.ts";
import { NoRoom } from "./store/room.ts";
import type { Shrunk } from "./store/types.ts";

declare const self: ServiceWorkerGlobalScope;

/** Keeps a picture in the tray; false, if a visit has the same one already. */
export type Keep = (photo: Shrunk) => Promise<boolean>;
/** Where shared pictures are kept; null while nobody is signed in. */
export type Tray = () => Promise<Keep | null>;
type Fate = "photos" | "known" | "unreadable" | "too_large";

const MAX_FILES = 6;

export function isShare(request: Request): boolean {
  const url = new URL(request.url);
  return request.method === "POST" && url.origin === self.location.origin && url.pathname === "/share";
}

export async function receive(request: Request, tray: Tray): Promise<Response> {
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== "null" && origin !== self.location.origin) return seeOther({ problem: "foreign" });
  try {
    const keep = await tray();
    if (!keep) return seeOther({ problem: "signed_out" });
    const form = await request.formData();
    const files = form.getAll("photos").filter((part): part is File => typeof part !== "string");
    const left_out = Math.max(0, files.length - MAX_FILES);
    const outcome: Record<Fate, number> = { photos: 0, known: 0, unreadable: 0, too_large: 0 };
    // One at a time: a decoded picture takes 50 MB and more.
    for (const file of files.slice(0, MAX_FILES)) outcome[await fateOf(file, keep)] += 1;
    return seeOther({ ...outcome, left_out });
  } catch (error) {
    // The page says so; what was stored stays.
    return seeOther({ problem: error instanceof NoRoom ? "not_stored" : "broken" });
  }
}

/** Shrunk before it is stored: the place it was taken never reaches the disk. */
async function fateOf(file: File, keep: Keep): Promise<Fate> {
  try {
    return (await keep(await shrink(file))) ? "photos" : "known";
  } catch (error) {
    if (error instanceof PhotoError) return error.code;
    throw error;
  }
}

const seeOther = (query: Record<string, string | number>): Response => {
  const words = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  return Response.redirect(new URL(`/app/share?${words.toString()}`, self.location.origin), 303);
};
