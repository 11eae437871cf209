/** Where one photo is between this phone and the school, in words. Pure. */
import type { Photo } from "#worker/store/types.ts";
import type { Report } from "#worker/sync/report.ts";

export interface Way {
  readonly look: "draft" | "wait" | "sent" | "act";
  readonly text: string;
  /** For the corner of the small picture. */
  readonly short: string;
  /** How much of it the school has said it holds; null where that is no question. */
  readonly percent: number | null;
}

const NO_LINE: ReadonlySet<Report["connection"]> = new Set(["no_network", "not_ours"]);

/**
 * @param handed - the visit names the photo in what was handed in, not only in its draft
 * @param card - undefined, if this phone does not hold the photo (any more)
 * @param isMissing - the school names it as not arrived
 */
export function wayOf(card: Photo | undefined, isMissing: boolean, report: Report, handed = true): Way {
  if (!handed && card?.state !== "refused") return !card || card.state === "delivered" ? HELD : DRAFT;
  if (!card) return isMissing ? way("wait", "还没传到学校，在拍照那台手机里", "没到") : SENT;
  switch (card.state) {
    case "delivered":
      return SENT;
    case "refused":
      return way("act", "学校没有收下", "没收下");
    case "waiting":
      return onItsWay(card, report);
    case "draft":
    case "tray":
      return DRAFT;
  }
}

function onItsWay(card: Photo, report: Report): Way {
  const percent = Math.floor((100 * Math.min(card.arrived ?? 0, card.bytes)) / card.bytes);
  if (report.phase === "photos" && report.photo === card.sha256)
    return way("wait", `在路上 ${percent}%`, `${percent}%`, percent);
  const arrived = percent > 0 ? `，已到 ${percent}%` : "";
  if (NO_LINE.has(report.connection)) return way("wait", `等网络${arrived}`, "等网络", percent);
  if (card.failures > 0) return way("wait", `没传成，过一会儿自动再传${arrived}`, "再传", percent);
  return way("wait", `待上传${arrived}`, "待上传", percent);
}

const way = (look: Way["look"], text: string, short: string, percent: number | null = null): Way => ({
  look,
  text,
  short,
  percent,
});
const DRAFT = way("draft", "在本机，交上去以后再传", "没交");
/** It came with another visit, of a brother or sister perhaps. */
const HELD = way("draft", "学校已有这张，交上去就归到这里", "没交");
const SENT = way("sent", "已送达", "已送达");
