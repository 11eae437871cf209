/** 写到一半 on 今天: what can be added is named only where the family lets it be written down. */
import { mount, RouterLinkStub } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import DraftList from "#pwa/today/DraftList.vue";
import { newDraft } from "#worker/store/drafts.ts";
import type { MayRecord } from "#worker/store/types.ts";
import { inApp, makeApp } from "./app.ts";

beforeEach(() => vi.useFakeTimers({ now: new Date("2026-10-15T19:00:00+08:00"), toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

function leftOf(asked: MayRecord | null): string {
  const draft = newDraft("p1", "c1", { student_id: "s1", visit_date: "2026-10-15", visit_result: "done" });
  const said: [string, MayRecord][] = asked === null ? [] : [["s1", asked]];
  const list = mount(DraftList, {
    props: { drafts: [draft], names: new Map([["s1", "陈清扬"]]), asked: new Map(said) },
    global: { ...inApp(makeApp()), stubs: { RouterLink: RouterLinkStub } },
  });
  return list.get(".value").text();
}

test.each([
  ["yes", /^还有 \d+ 项可以补$/],
  ["no", /^不可记，内容不交$/],
  ["unknown", /^还没问家长$/],
  [null, /^还有 \d+ 项可以补$/],
] as const)("a family that said %s", (asked, words) => {
  expect(leftOf(asked)).toMatch(words);
});
