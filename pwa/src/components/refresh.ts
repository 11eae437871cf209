/** Asking the school again, by a pull or a button, and saying truthfully how it went. */
import type { Report } from "#worker/sync/report.ts";
import { useApp } from "./app_context.ts";
import { dayAndClock, momentWord } from "./dates.ts";

/** What to say after having asked. Pure. */
export function refreshedWords({ connection, phase, lastReached }: Report, now: Date = new Date()): string {
  if (phase !== "idle") return "正在和学校对，对完会自己更新。";
  if (connection === "ok" && lastReached !== null) return `和学校对过了，${momentWord(lastReached, now)}。`;
  const last = lastReached === null ? "" : `上次对过：${dayAndClock(lastReached, now)}。`;
  if (connection === "signed_out") return `登录过期了，看不到学校的新内容。${last}`;
  if (connection === "shut_out") return `这台手机要重新登录，才连得上学校。${last}`;
  if (connection === "busy") return `学校那边正忙。${last}`;
  return `没连上学校，看到的是手机里的。${last}`;
}

export function useRefresh(): () => Promise<void> {
  const app = useApp();
  return async () => {
    await app.sendNow();
    app.undo.show(refreshedWords(app.report.value));
  };
}
