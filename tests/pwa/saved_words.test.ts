/** 已存本机: said of what stands on the screen, and never taken away from under a finger while more is stored. */
import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import { computed, nextTick, shallowRef } from "vue";
import { newDraft } from "#worker/store/drafts.ts";
import type { SaveState } from "#pwa/components/autosave.ts";
import { clock } from "#pwa/components/dates.ts";
import SavedWords from "#pwa/visit/SavedWords.vue";

const MADE = "2026-10-15T20:41:00+08:00";
const LATER = "2026-10-15T21:05:00+08:00";

async function said(state: SaveState, changed = true) {
  const draft = { ...newDraft("p1", "c1", { student_id: "a" }), updatedAt: MADE };
  const still = (): never => {
    throw new Error("nothing is done here");
  };
  const open = {
    ...{ draft: shallowRef(draft), found: shallowRef(true), form: computed(() => ({})), offered: computed(() => null) },
    ...{ changed: shallowRef(changed), state: shallowRef(state), answerOffer: still, set: still, setAll: still },
    ...{ rememberPlace: still, flush: still, finish: still, discard: still },
  };
  const words = mount(SavedWords, { props: { open } });
  await nextTick();
  return words;
}

test("it says when what stands there was kept, and nothing of what is handed in", async () => {
  expect((await said({ kind: "clean", savedAt: null })).text()).toBe(`已存本机 ${clock(MADE)}`);
  expect((await said({ kind: "clean", savedAt: LATER })).text()).toBe(`已存本机 ${clock(LATER)}`);
  expect((await said({ kind: "clean", savedAt: null }, false)).text()).toBe("");
  expect((await said({ kind: "failed" })).text()).toBe("还没存上");
});

test("while more is stored it is not said, and its place is kept", async () => {
  const words = await said({ kind: "waiting" });
  expect(words.text()).toBe(`已存本机 ${clock(MADE)}`);
  expect(words.get("span span").classes()).toContain("storing");
  expect((await said({ kind: "clean", savedAt: null })).find(".storing").exists()).toBe(false);
});
