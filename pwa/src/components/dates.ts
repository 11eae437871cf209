/** Days and times as a teacher reads them. Days are calendar days of this phone, as ISO texts. */
import { today } from "#worker/ids.ts";

const DAY_MS = 86_400_000;
const WEEKDAYS = ["日", "一", "二", "三", "四", "五", "六"] as const;

const dayOf = (iso: string): string => (iso.length > 10 ? today(new Date(iso)) : iso);

/** Noon of a calendar day, so that no summer time can push it onto its neighbour. */
const noon = (day: string): Date => new Date(`${day}T12:00:00`);

/** 今天, 昨天, 明天, 10月15日, or 2025年10月15日 for another year. */
export function dayWord(iso: string, now: Date = new Date()): string {
  const day = dayOf(iso);
  const apart = Math.round((noon(day).getTime() - noon(today(now)).getTime()) / DAY_MS);
  if (apart === 0) return "今天";
  if (apart === -1) return "昨天";
  if (apart === 1) return "明天";
  return dateWord(day, now);
}

/** 10月15日, or 2025年10月15日 for another year. */
export function dateWord(iso: string, now: Date = new Date()): string {
  const [year = "", month = "", date = ""] = dayOf(iso).split("-");
  const short = `${Number(month)}月${Number(date)}日`;
  return year === String(now.getFullYear()) ? short : `${year}年${short}`;
}

/** The day so many days after another; "" for none. */
export const daysAfter = (day: string, days: number): string =>
  day === "" ? "" : today(new Date(noon(day).getTime() + days * DAY_MS));

/** 20:12 */
export const clock = (iso: string): string => {
  const at = new Date(iso);
  return `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;
};

/** 20:12 of today, else 昨天 20:12, 10月9日 20:12. */
export function momentWord(iso: string, now: Date = new Date()): string {
  const day = dayWord(iso, now);
  return day === "今天" ? clock(iso) : `${day} ${clock(iso)}`;
}

/** 今天 20:12, 昨天 20:12, 10月9日 20:12: where nothing around it says that it is today. */
export const dayAndClock = (iso: string, now: Date = new Date()): string => `${dayWord(iso, now)} ${clock(iso)}`;

export const weekday = (at: Date = new Date()): string => `星期${WEEKDAYS[at.getDay()] ?? ""}`;

/** What one says at the door at this hour. */
export function greeting(at: Date = new Date()): string {
  const hour = at.getHours();
  if (hour < 5) return "夜深了";
  if (hour < 11) return "早上好";
  if (hour < 13) return "中午好";
  return hour < 18 ? "下午好" : "晚上好";
}

const DOUBLE_SURNAMES = new Set(
  "欧阳 上官 司马 诸葛 夏侯 皇甫 尉迟 公孙 慕容 司徒 令狐 端木 东方 南宫 长孙 宇文".split(" "),
);

/** 周敏 → 周老师 */
export function asTeacher(name: string): string {
  const surname = DOUBLE_SURNAMES.has(name.slice(0, 2)) ? name.slice(0, 2) : name.slice(0, 1);
  return `${surname}老师`;
}
