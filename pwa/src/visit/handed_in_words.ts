/** What is said of a visit that was just handed in. */
import type { Connection, Report } from "#worker/sync/report.ts";

const WAITS: Partial<Record<Connection, string>> = {
  no_network: "有网时打开应用就会上传。",
  not_ours: "现在没连到学校，连上了打开应用就会上传。",
  busy: "学校那边正忙，过一会儿会自动再送。",
  shut_out: "重新登录后就会上传。",
};

/**
 * That it is kept, and while the school is not reached, when it will go: to be asked again whenever the report changes,
 * since it may arrive while the line is still read. What a round that has only begun does not know yet stays as it was.
 */
export function handedInWords(kept: string, report: () => Report): () => string {
  let waits = "";
  return () => {
    const { connection } = report();
    if (connection !== "unknown") waits = WAITS[connection] ?? "";
    return kept + waits;
  };
}
