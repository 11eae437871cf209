/** What a screen reader hears of the delivery: each piece of news once, never the progress. Pure. */
import type { HomeCounts } from "#worker/store/types.ts";
import type { Connection } from "#worker/sync/report.ts";

export interface Moment {
  readonly connection: Connection;
  /** Visits of which something is not at the school for good. */
  readonly waiting: number;
  readonly needAction: number;
}

export const momentOf = (connection: Connection, counts: HomeCounts | null): Moment => ({
  connection,
  waiting: counts?.unsentVisits ?? 0,
  needAction: counts?.needAction ?? 0,
});

/** The sentence for the step from one moment to the next; null where there is nothing to say. */
export function newsOf(before: Moment, now: Moment): string | null {
  if (now.needAction > before.needAction) return `有${now.needAction}处需处理。`;
  if (before.waiting > 0 && now.waiting === 0) return "已送达，都送到了。";
  if (before.connection === now.connection) return null;
  if (now.connection === "no_network") return "现在没有信号，照常写。";
  if (now.connection === "not_ours") return "连上了网，但没连到学校。";
  if (now.connection === "signed_out") return "登录过期了，可以接着写。";
  if (now.connection === "shut_out") return "要重新登录才能接着上传，写过的都在本机。";
  return now.connection === "ok" && before.connection !== "unknown" ? "和学校连上了。" : null;
}
