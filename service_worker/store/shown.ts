/** One record as it is shown: the newest row this phone holds, with the person's own edits on top. */
import { splitRef } from "../ids.ts";
import { outbox, records } from "./db.ts";
import { latestOf, lay, newest } from "./overlay.ts";
import type { RecordRef, Shown } from "./types.ts";
import { rowsOfKind } from "./view.ts";

/** One record as it is shown. An unknown record has empty values and rev 0. */
export async function shown(person: string, ref: RecordRef): Promise<Shown> {
  const { kind, id } = splitRef(ref);
  const key = IDBKeyRange.only([person, ref]);
  const [rows, news, queued, sent] = await Promise.all([
    records((db) => db.getAllFromIndex("rows", "record", [person, kind, id])),
    rowsOfKind(person, "edit"),
    outbox((db) => db.getAllFromIndex("edits", "record", key)),
    outbox((db) => db.getAllFromIndex("sent", "record", key)),
  ]);
  const newsOf = new Map(news.map((row) => [row.id, row]));
  const known = sent.map((each) => latestOf(each, newsOf.get(each.id)));
  return lay(ref, newest(rows), known, queued);
}
