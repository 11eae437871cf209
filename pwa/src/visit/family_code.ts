/** The code for a family as a picture, and the words that go with its link. Pure. */
import { correction, generate } from "lean-qr";
import { daysAfter } from "#pwa/components/dates.ts";
import { today } from "#worker/ids.ts";

/** Late in the evening nobody wants a message from school. */
const LATE_HOUR = 21;
const MORNING_HOUR = 7;
/** White around a code: cameras need four modules of it. */
export const QUIET_MODULES = 4;

export interface CodePicture {
  /** Modules on a side, the white around it included. */
  readonly side: number;
  /** Path of an SVG whose unit is one module. */
  readonly path: string;
}

/** Draw a link as a QR code; a quarter of it may be scratched or in the glare of a lamp. */
export function pictureOf(link: string): CodePicture {
  const code = generate(link, { minCorrectionLevel: correction.Q });
  const steps: string[] = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) steps.push(`M${x + QUIET_MODULES} ${y + QUIET_MODULES}h1v1h-1z`);
    }
  }
  return { side: code.size + 2 * QUIET_MODULES, path: steps.join("") };
}

export interface Thanks {
  /** How the family is spoken to: "张爸爸". */
  readonly greeting: string;
  readonly link: string;
  readonly school: string;
  readonly teacher: string;
  /** How the visit went: a code of `visit_result`. */
  readonly result: string;
  /** The visit was today. */
  readonly today: boolean;
}

/** The message that a teacher copies into WeChat. */
export function thanksWords({ greeting, link, school, teacher, result, today }: Thanks): string {
  const to = greeting.trim() || "您好";
  const from = `　${school}${teacher}`;
  const later = `以后想到校聊、打电话聊，或者有话想对学校说，都可以点这里：${link}${from}`;
  if (result === "declined") return `${to}，没关系，谢谢您告诉我们。${later}`;
  if (result !== "" && result !== "done") return `${to}，这次没能和您聊上。${later}`;
  const day = today ? "今天" : "那天";
  return `${to}，谢谢您${day}和我们聊孩子。方便的话，请点链接说说感受和建议：约一分钟，不用登录，不填也没关系。链接只给您家用，请勿转发。${link}${from}`;
}

export const isLate = (at: Date = new Date()): boolean => at.getHours() >= LATE_HOUR || at.getHours() < MORNING_HOUR;

/** The morning after this evening: past midnight it is today's. */
export const nextMorning = (at: Date = new Date()): string =>
  at.getHours() < MORNING_HOUR ? today(at) : daysAfter(today(at), 1);

/** What stands of a child's name where others may look over a shoulder: "王*同学". */
export const halfName = (name: string): string => (name ? `${name.slice(0, 1)}*同学` : "");
