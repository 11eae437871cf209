/** An edit that did not reach the school, as a file for the office: first for a person, then for the system. Pure. */
import type { EditStory, Person } from "#worker/store/types.ts";
import type { WrittenWords } from "./words.ts";

/** Names no child: it shows in the list of downloads, and in whatever carries the file. */
export function fileName(now: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `家访手记-待交德育处-${day}-${two(now.getHours())}${two(now.getMinutes())}.txt`;
}

/** The mark at the start lets old office programs read Chinese. */
const MARK = "\uFEFF";

export function fileText(
  story: EditStory,
  writer: Pick<Person, "name" | "login">,
  written: readonly WrittenWords[],
): string {
  const { edit, studentName, message, reason } = story;
  const lines = [
    "家访手记：没有送到学校的一条",
    "请当面交给德育处。里面有学生的情况，请不要发到群里。",
    "",
    `学生：${studentName || "（见下）"}`,
    `写的老师：${writer.name}（${writer.login}）`,
    `写于：${edit.made_at.slice(0, 16).replace("T", " ")}`,
    `没有送到的原因：${message ?? "送了几次都没送成。"}`,
    "",
    ...written.flatMap(({ label, words }) => [`【${label}】`, words, ""]),
    "———— 下面供系统读取，请不要改 ————",
    JSON.stringify({ edit, reason }, null, 2),
  ];
  return `${MARK}${lines.join("\r\n")}\r\n`;
}
