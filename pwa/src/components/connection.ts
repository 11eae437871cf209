/** The one line that says the truth about the connection and the last delivery. Pure: words from facts. */
import type { HomeCounts } from "#worker/store/types.ts";
import type { Report } from "#worker/sync/report.ts";
import { momentWord } from "./dates.ts";

export interface Line {
  readonly icon: "no-signal" | "signal" | "s-wait" | "s-sent" | "phone";
  readonly text: string;
  /** The second sentence, kept in one piece when the line wraps. */
  readonly after: string;
  /** Offers a new sign-in. */
  readonly signIn?: true;
}

/** 第 3 条，共 12 条；照片 5/30 */
export function progressWords(report: Report): string {
  const { texts, photos } = report;
  const words = texts.total > 0 ? `第 ${Math.min(texts.done + 1, texts.total)} 条，共 ${texts.total} 条` : "";
  const pictures = photos.total > 0 ? `照片 ${photos.done}/${photos.total}` : "";
  return [words, pictures].filter((part) => part !== "").join("；");
}

const CLOSE_MS = 15 * 60_000;

/** 上次连上 20:30。: said only where it is well after the last delivery, which says it too. */
function reachedWords(reached: string | null, delivered: string | null, now: Date): string {
  if (reached === null || (delivered !== null && Date.parse(reached) - Date.parse(delivered) < CLOSE_MS)) return "";
  return `上次连上 ${momentWord(reached, now)}。`;
}

export function connectionLine(report: Report, counts: HomeCounts | null, now: Date = new Date()): Line {
  const last = report.lastDelivery ?? counts?.lastDelivery ?? null;
  const delivered = last === null ? "" : `上次送达 ${momentWord(last, now)}。`;
  if (report.phase === "texts" || report.phase === "photos") {
    const progress = progressWords(report);
    return {
      icon: "s-wait",
      text: progress === "" ? "有信号了，正在送。" : `有信号了，正在送：${progress}。`,
      after: "",
    };
  }
  switch (report.connection) {
    case "no_network":
      return {
        icon: "no-signal",
        text: "现在没有信号，照常写。",
        after: delivered + reachedWords(report.lastReached, last, now),
      };
    case "not_ours":
      return {
        icon: "no-signal",
        text: "连上了网，但没连到学校。这个 Wi-Fi 可能要先登录。",
        after: "您写的都在本机。",
      };
    case "signed_out":
      return {
        icon: "phone",
        text: "登录过期了。可以接着写，也会照常上传；要看最新内容，请重新登录。",
        after: "",
        signIn: true,
      };
    case "shut_out":
      return {
        icon: "phone",
        text: "这台手机要重新登录，才能接着上传。可以接着写，写过的都在本机，不会丢。",
        after: "",
        signIn: true,
      };
    case "busy":
      return { icon: "signal", text: "学校那边正忙，过一会儿会自动再送。", after: delivered };
    case "unknown":
      return { icon: "phone", text: "您写的都先存在这台手机里。", after: delivered };
    case "ok":
      return waitingLine(counts, delivered);
  }
}

function waitingLine(counts: HomeCounts | null, delivered: string): Line {
  const waiting = (counts?.waitingEdits ?? 0) + (counts?.waitingPhotos ?? 0);
  if (waiting > 0) return { icon: "s-wait", text: "和学校连上了，等着的会自动送。", after: delivered };
  return { icon: "s-sent", text: delivered === "" ? "没有要送的。" : "都送到了。", after: delivered };
}
