/** What the school has decided of edits that it had kept: the sent log knows it as well, beside the rows that told of it. */
import type { RowChange } from "../api/wire.ts";
import { tellChanged } from "./changes.ts";
import { records, writeOutbox } from "./db.ts";
import { GIVEN_BACK_STORES, takeFromDrafts } from "./given_back.ts";
import { isFinal, latestOf } from "./overlay.ts";
import type { SentEdit, StoredRow } from "./types.ts";

/** What a row of kind `edit` can say last; one whose family was erased leaves the log altogether (`erasing.ts`). */
const DECIDED: readonly unknown[] = ["applied", "conflict", "returned"];

/**
 * Note in the sent log what the school has decided since: what it took in grows old there like all that was taken at once,
 * and what it gave back leaves the drafts' beginnings before anything new is written after it.
 */
export async function noteDecided(person: string): Promise<void> {
  const rows = (await records((db) => db.getAllFromIndex("rows", "kind", [person, "edit"]))).filter(({ row }) =>
    isDecided(row),
  );
  if (rows.length === 0) return;
  const noted = await writeOutbox(GIVEN_BACK_STORES, async (tx) => {
    const ends: unknown[] = [];
    for (const news of rows) {
      const sent = await tx.objectStore("sent").get(news.id);
      if (sent?.person !== person || !isNews(sent, news)) continue;
      await tx.objectStore("sent").put(latestOf(sent, news));
      ends.push(news.row["status"]);
    }
    if (ends.includes("returned")) await takeFromDrafts(tx, person);
    return ends;
  });
  if (noted.length > 0) tellChanged("outbox");
  if (noted.includes("returned")) tellChanged("drafts");
}

/** Whether a row tells of an end that stays in the sent log. */
export const isDecided = (row: RowChange["row"]): boolean => DECIDED.includes(row?.["status"]);

/** A log that knows an end keeps it; words that came back were given back, whatever it says. */
const isNews = (sent: SentEdit, { row }: StoredRow): boolean =>
  row["status"] === "returned" ? sent.status !== "returned" : !isFinal(sent.status);
