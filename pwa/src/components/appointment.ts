/** What a teacher writes to a family about a day to meet: asked for, changed, and the day before. Pure. */
import { dateWord, weekday } from "./dates.ts";

export type AppointmentKind = "ask" | "moved" | "tomorrow";

export interface AppointmentWords {
  /** How the family is spoken to: "张爸爸"; 家长 where nothing was written. */
  readonly greeting: string;
  readonly school: string;
  readonly teacher: string;
  /** Who comes along: "李老师"; may be empty. */
  readonly along: string;
  /** ISO day; empty while none is chosen. */
  readonly day: string;
  /** "晚上7点左右"; may be empty. */
  readonly time: string;
  /** A code of PLACES; empty where none was agreed. */
  readonly place: string;
  /** Address of the school's box; empty where the phone does not know the school. */
  readonly box: string;
}

export const PARTS = ["上午", "下午", "傍晚", "晚上"].map((label) => ({ code: label, label }));
export const PLACES = [
  { code: "home", label: "家里", words: "在您家见" },
  { code: "near", label: "小区", words: "在小区里见" },
  { code: "school", label: "学校", words: "在学校见" },
  { code: "phone", label: "电话", words: "电话里聊" },
] as const;

/** 10月15日（星期四）晚上7点 */
export function whenWords(day: string, time: string): string {
  return day === "" ? time : `${dateWord(day)}（${weekday(new Date(`${day}T12:00:00`))}）${time}`;
}

/** The message, ready to be copied. */
export function appointmentWords(kind: AppointmentKind, said: AppointmentWords): string {
  const to = said.greeting.trim() || "家长";
  const when = whenWords(said.day, said.time);
  if (kind === "moved") return `${to}，好的，改到${when}。如果又有变化，随时告诉我。`;
  if (kind === "tomorrow") {
    const place = PLACES.find((each) => each.code === said.place)?.words ?? "见";
    return `${to}，明天${said.time}我们${place}。临时不方便，说一声就好。`;
  }
  const along = said.along.trim() === "" ? "" : `和${said.along.trim()}`;
  const watched = said.box === "" ? "" : `监督：${said.box}`;
  return `${to}您好，我是${said.school}${said.teacher}。想${along}在${when}跟您聊聊孩子的进步和您的想法，约半小时。在家、小区、学校、电话都行，不访也可以。不用接送、备礼、留饭，家里随意就好。${watched}`;
}
