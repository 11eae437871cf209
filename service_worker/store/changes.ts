/** News between pages and the worker: what in the store has changed, so that open screens read it again. */
import type { Report } from "../sync/report.ts";

export type Changed = "drafts" | "outbox" | "photos" | "rows" | "persons";

export type News =
  | { readonly type: "changed"; readonly what: Changed }
  | { readonly type: "report"; readonly report: Report; readonly from: string };

const CHANNEL = "jiafang";

/** One for all that is told: each photo on its way is told of several times, and a channel costs more than its news. */
let speaking: BroadcastChannel | null = null;

/** Tell every page and the worker, this one included. */
export function tell(news: News): void {
  speaking ??= new BroadcastChannel(CHANNEL);
  speaking.postMessage(news);
}

export const tellChanged = (...whats: Changed[]): void => {
  for (const what of whats) tell({ type: "changed", what });
};

/** Listen to the news until the returned function is called. */
export function onNews(listener: (news: News) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: MessageEvent<News>) => {
    listener(event.data);
  };
  return () => {
    channel.close();
  };
}
