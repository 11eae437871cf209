import { expect, test } from "vitest";
import { connectionLine } from "#pwa/components/connection.ts";
import type { HomeCounts } from "#worker/store/types.ts";
import { IDLE } from "#worker/sync/report.ts";

const NOW = new Date("2026-10-15T20:00:00");
const NOTHING: HomeCounts = {
  waitingEdits: 0,
  waitingPhotos: 0,
  waitingBytes: 0,
  waitingVisits: 0,
  unsentVisits: 0,
  needAction: 0,
  drafts: 0,
  lastDelivery: null,
};
const said = (report: Partial<typeof IDLE>, counts: Partial<HomeCounts> = {}): string => {
  const line = connectionLine({ ...IDLE, ...report }, { ...NOTHING, ...counts }, NOW);
  return line.text + line.after;
};

test("without a signal it says that writing goes on, and when something last arrived", () => {
  const lastDelivery = new Date("2026-10-15T18:42:00").toISOString();
  expect(said({ connection: "no_network", lastDelivery })).toBe("现在没有信号，照常写。上次送达 18:42。");
});

test("without a signal it also says when the school was last reached, if that was well after the last delivery", () => {
  const at = (clock: string): string => new Date(`2026-10-15T${clock}:00`).toISOString();
  const report = { connection: "no_network", lastDelivery: at("18:42") } as const;
  expect(said({ ...report, lastReached: at("19:30") })).toContain("上次送达 18:42。上次连上 19:30。");
  expect(said({ ...report, lastReached: at("18:43") })).not.toContain("上次连上");
});

test("while sending it counts texts and photos", () => {
  const progress = { texts: { done: 2, total: 12 }, photos: { done: 5, total: 30 } };
  expect(said({ phase: "texts", connection: "ok", ...progress })).toBe(
    "有信号了，正在送：第 3 条，共 12 条；照片 5/30。",
  );
});

test("it never says that all has arrived while something waits", () => {
  expect(said({ connection: "ok" }, { waitingPhotos: 1 })).not.toContain("都送到了");
  expect(said({ connection: "ok" }, { waitingEdits: 1 })).not.toContain("都送到了");
  expect(said({ connection: "ok", lastDelivery: NOW.toISOString() })).toContain("都送到了");
});

test("a portal and an ended session each get their own sentence", () => {
  expect(said({ connection: "not_ours" })).toContain("没连到学校");
  expect(said({ connection: "signed_out" })).toContain("登录过期了");
  expect(connectionLine({ ...IDLE, connection: "signed_out" }, null, NOW).signIn).toBe(true);
});

test("a phone that is shut out is not told that it uploads: that waits for a new sign-in, and nothing is lost", () => {
  expect(said({ connection: "shut_out" }, { waitingEdits: 2 })).toContain("写过的都在本机，不会丢");
  expect(said({ connection: "shut_out" })).not.toContain("照常上传");
  expect(connectionLine({ ...IDLE, connection: "shut_out" }, null, NOW).signIn).toBe(true);
});
