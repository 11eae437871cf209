/** What the app says around the form: before signing out, on asking again, on the desktop, to a screen reader. */
import { expect, test } from "vitest";
import { refreshedWords } from "#pwa/components/refresh.ts";
import { newsOf, type Moment } from "#pwa/components/spoken.ts";
import { installGuide } from "#pwa/me/install.ts";
import { leavingWords } from "#pwa/me/leaving.ts";
import { keepingWords, storageWords } from "#pwa/me/storage.ts";
import { IDLE } from "#worker/sync/report.ts";

const NOW = new Date("2026-10-15T20:41:00");
const at = (clock: string): string => new Date(`2026-10-15T${clock}:00`).toISOString();

test("before signing out, what has not arrived and what is only a draft are counted apart", () => {
  const [unsent, drafts] = leavingWords({ unsent: 2, drafts: 3, online: true });
  expect(unsent).toBe("还有2条没送达。退出后仍留在本机，有网时照样上传；要看、要改，得重新登录。");
  expect(drafts).toContain("3份草稿没有交");
  expect(leavingWords({ unsent: 0, drafts: 3, online: true }).join("")).not.toContain("没送达");
  expect(leavingWords({ unsent: 0, drafts: 0, online: true })).toHaveLength(1);
});

test("whoever signs out without the school in reach is told that signing in needs it", () => {
  expect(leavingWords({ unsent: 0, drafts: 0, online: false }).join("")).toContain("要有网");
});

test("asking again says when the school was last reached, and never that it was when it was not", () => {
  const lastReached = at("18:42");
  expect(refreshedWords({ ...IDLE, connection: "ok", lastReached: at("20:41") }, NOW)).toBe("和学校对过了，20:41。");
  expect(refreshedWords({ ...IDLE, connection: "no_network", lastReached }, NOW)).toBe(
    "没连上学校，看到的是手机里的。上次对过：今天 18:42。",
  );
  expect(refreshedWords({ ...IDLE, connection: "no_network" }, NOW)).toBe("没连上学校，看到的是手机里的。");
});

test("a screen reader hears once that all has arrived, and never hears it of what the school would not take", () => {
  const moment = (part: Partial<Moment>): Moment => ({ connection: "ok", waiting: 0, needAction: 0, ...part });
  expect(newsOf(moment({ waiting: 2 }), moment({}))).toContain("已送达");
  expect(newsOf(moment({ waiting: 2 }), moment({ waiting: 1 }))).toBeNull();
  expect(newsOf(moment({}), moment({}))).toBeNull();
  expect(newsOf(moment({ waiting: 1 }), moment({ needAction: 1 }))).toBe("有1处需处理。");
  expect(newsOf(moment({}), moment({ connection: "no_network" }))).toContain("没有信号");
});

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1";
const HUAWEI =
  "Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00) AppleWebKit/537.36 Chrome/114.0 HuaweiBrowser/14.0 Mobile Safari/537.36";
const EDGE = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36 EdgA/124.0";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15";

test.each([
  ["Safari on an iPhone", IPHONE, 5, /添加到主屏幕/],
  ["Chrome on an iPhone", IPHONE.replace("Version/17.0", "CriOS/124.0"), 5, /用 Safari/],
  ["an iPad that calls itself a Mac", MAC, 5, /添加到主屏幕/],
  ["Safari on a Mac", MAC, 0, /程序坞/],
  ["华为浏览器", HUAWEI, 5, /添加至/],
  ["Edge on Android", EDGE, 5, /安装应用/],
  ["WeChat", `${EDGE} MicroMessenger/8.0`, 5, /在浏览器打开/],
  ["a browser nobody knows", "Something/1.0", 0, /添加到桌面/],
])("%s is told its own way onto the desktop", (_browser, agent, touchPoints, words) => {
  expect(installGuide({ agent, touchPoints, installed: false })?.steps.join("")).toMatch(words);
  expect(installGuide({ agent, touchPoints, installed: true })).toBeNull();
});

test("the store's size is said as a guess, and the browser's promise as what it is", () => {
  expect(storageWords({ usage: 3_400_000 })).toBe("约 3 MB");
  expect(storageWords(undefined)).toBe("浏览器没有说明");
  expect(keepingWords(true, false)).toContain("已答应");
  expect(keepingWords(false, true)).toContain("没有答应");
});
