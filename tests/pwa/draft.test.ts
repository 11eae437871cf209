import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { defineComponent, h } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { beforeEach, expect, test, vi } from "vitest";
import type { AppContext } from "#pwa/components/app_context.ts";
import { SAVE_AFTER_MS } from "#pwa/components/autosave.ts";
import { useDraft, type OpenDraft } from "#pwa/visit/use_draft.ts";
import { getDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { queued } from "#worker/store/queue.ts";
import { Overtaken } from "#worker/store/revisions.ts";
import type { Draft, Values } from "#worker/store/types.ts";
import { sendState } from "#worker/store/mine.ts";
import { keepPull } from "#worker/store/pulled.ts";
import { inApp, makeSignedInApp } from "./app.ts";

const PERSON = "01900000-0000-7000-8000-000000000001";
const VISIT = "01900000-0000-7000-8000-0000000000aa";
let app: AppContext;

beforeEach(async () => {
  app = await makeSignedInApp(PERSON);
});

/** A form on the screen, with nothing but the draft behind it. */
async function openForm(student: string | null): Promise<{ open: OpenDraft; wrapper: VueWrapper }> {
  let open: OpenDraft | undefined;
  const Form = defineComponent(() => {
    open = useDraft(VISIT, student);
    return () => h("main");
  });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", component: Form },
      { path: "/away", component: { render: () => h("p") } },
    ],
  });
  await router.push("/");
  const wrapper = mount(RouterView, { global: { plugins: [router], ...inApp(app) } });
  await vi.waitFor(() => {
    expect(open?.found.value).not.toBeNull();
  });
  if (!open) throw new Error("not opened");
  return { open, wrapper };
}

test("quick capture presets today, 登门 and oneself, not the result, and stores nothing before the first tap", async () => {
  const { open, wrapper } = await openForm("student-1");
  expect(open.form.value).toMatchObject({ student_id: "student-1", visit_form: "home", visitors: [PERSON] });
  expect(open.form.value["visit_result"]).toBeUndefined();
  expect(await getDraft(PERSON, VISIT)).toBeUndefined();
  wrapper.unmount();
});

test("a keystroke survives the page, the private words apart from the others, and the form comes back at its field", async () => {
  const first = await openForm("student-1");
  first.open.set("strengths", "爱帮妈妈做饭");
  first.open.set("growth_env", "和奶奶住");
  first.open.rememberPlace("strengths", 320);
  await new Promise((done) => setTimeout(done, SAVE_AFTER_MS + 100));
  first.wrapper.unmount();

  const kept = await getDraft(PERSON, VISIT);
  expect(kept?.values[`visit:${VISIT}`]?.["strengths"]).toBe("爱帮妈妈做饭");
  expect(kept?.values[`visit:${VISIT}`]?.["growth_env"]).toBeUndefined();
  expect(kept?.values[`visit_private:${VISIT}`]).toEqual({ growth_env: "和奶奶住" });

  const again = await openForm(null);
  expect(again.open.form.value["strengths"]).toBe("爱帮妈妈做饭");
  expect(again.open.draft.value?.place).toEqual({ field: "strengths", scroll: 320 });
  again.wrapper.unmount();
});

test("hiding the page saves at once", async () => {
  const { open, wrapper } = await openForm("student-1");
  open.set("at_home", "先写作业");
  window.dispatchEvent(new Event("pagehide"));
  await vi.waitFor(async () => {
    expect((await getDraft(PERSON, VISIT))?.values[`visit:${VISIT}`]?.["at_home"]).toBe("先写作业");
  });
  wrapper.unmount();
});

test("while something is unsaved no update may take over", async () => {
  const { open, wrapper } = await openForm("student-1");
  open.set("at_home", "再看书");
  await flushPromises();
  expect(app.busyForms.value).toBe(1);
  await open.flush();
  await flushPromises();
  expect(app.busyForms.value).toBe(0);
  wrapper.unmount();
});

test("a draft put away comes back by 放回来", async () => {
  const { open, wrapper } = await openForm("student-1");
  open.set("strengths", "有耐心");
  await open.discard();
  expect(await getDraft(PERSON, VISIT)).toBeUndefined();
  await app.undo.take();
  expect((await getDraft(PERSON, VISIT))?.values[`visit:${VISIT}`]?.["strengths"]).toBe("有耐心");
  wrapper.unmount();
});

test("放回来 leaves what was written since the draft was put away", async () => {
  const { open, wrapper } = await openForm("student-1");
  open.set("strengths", "有耐心");
  open.set("at_home", "先看书");
  await open.discard();
  wrapper.unmount();
  const again = await openForm("student-1");
  again.open.set("strengths", "会照顾人");
  await again.open.flush();
  await app.undo.take();
  const kept = (await getDraft(PERSON, VISIT))?.values[`visit:${VISIT}`];
  expect(kept).toMatchObject({ strengths: "会照顾人", at_home: "先看书" });
  again.wrapper.unmount();
});

test("a key pressed while the visit is being handed in goes with it, and one pressed after that is a draft", async () => {
  const { open, wrapper } = await openForm("student-1");
  open.set("strengths", "有耐心");
  const handingIn = open.finish();
  open.set("strengths", "有耐心，会照顾人");
  await handingIn;
  const [first] = await queued(PERSON);
  expect(first?.edit.changes["strengths"]?.new).toBe("有耐心，会照顾人");
  expect(await getDraft(PERSON, VISIT)).toBeUndefined();

  open.set("at_home", "先看书");
  const again = open.finish();
  let stored = undefined as Draft | undefined; // it is there for a moment only
  for (let turn = 0; turn < 1000 && !stored; turn += 1) stored = await getDraft(PERSON, VISIT);
  expect(stored).toBeDefined();
  open.set("issues", "字慢");
  await again;
  const kept = await getDraft(PERSON, VISIT);
  const handed = (await queued(PERSON)).map((each) => each.edit.changes["issues"]?.new);
  expect(handed.includes("字慢") || kept?.values[`visit:${VISIT}`]?.["issues"] === "字慢").toBe(true);
  wrapper.unmount();
});

test("handing in turns the draft into 待上传, with the last keystroke in it", async () => {
  const { open, wrapper } = await openForm("student-1");
  open.set("strengths", "有耐心，会照顾人");
  await open.finish();
  expect(await getDraft(PERSON, VISIT)).toBeUndefined();
  expect(await sendState(PERSON, VISIT)).toBe("待上传");
  wrapper.unmount();
});

test("another student takes the visit to another class", async () => {
  const row = { id: "student-2", name: "李四", class_id: "c2" };
  const change = { scope: "class:c2", kind: "student", id: "student-2", rev: 1, seq: 1, op: "put", row } as const;
  const read = { epoch: null, cursors: {} };
  const answer = { epoch: "e1", server_time: "", pull: "ok", outcomes: [], missing_photos: [], revoked: [] } as const;
  const scopes = { "class:c2": { cursor: 1, more: false } };
  await keepPull(PERSON, read, { ...answer, changes: [change], scopes });
  const { open, wrapper } = await openForm("student-1");
  open.set("student_id", "student-2");
  await vi.waitFor(() => {
    expect(open.draft.value?.classId).toBe("c2");
  });
  wrapper.unmount();
});

/** Another window writes; the news of it has not reached this one. */
async function elsewhere(fields: Values): Promise<void> {
  const kept = await openVisit(PERSON, VISIT);
  await putDraft({
    ...kept,
    values: { ...kept.values, [`visit:${VISIT}`]: { ...kept.values[`visit:${VISIT}`], ...fields } },
  });
}

test("two windows on one draft: other fields join, the same field shows the other's, and the words written here are offered", async () => {
  const { open, wrapper } = await openForm("student-1");
  open.set("strengths", "有耐心");
  await open.flush();
  open.set("at_home", "这边写的");
  open.set("issues", "字慢");
  await elsewhere({ at_home: "那边写的", strengths: "有耐心，会照顾人" });
  await open.flush();
  expect(open.form.value).toMatchObject({ at_home: "那边写的", strengths: "有耐心，会照顾人", issues: "字慢" });
  expect(open.offered.value).toEqual({ at_home: "这边写的" });
  await expect(open.finish()).rejects.toBeInstanceOf(Overtaken);
  open.answerOffer(true);
  await open.flush();
  const kept = (await getDraft(PERSON, VISIT))?.values[`visit:${VISIT}`];
  expect(kept).toMatchObject({ at_home: "这边写的", strengths: "有耐心，会照顾人", issues: "字慢" });
  wrapper.unmount();
});

test("handed in by another window: what was written here meanwhile goes on from there, and nothing is handed in twice", async () => {
  const { open, wrapper } = await openForm("student-1");
  open.set("strengths", "有耐心");
  await open.flush();
  open.set("issues", "字慢");
  await elsewhere({ at_home: "先看书" });
  await finishDraft(PERSON, VISIT);
  await open.flush();
  expect(open.form.value).toMatchObject({ strengths: "有耐心", at_home: "先看书", issues: "字慢" });
  await open.finish();
  const edits = (await queued(PERSON)).map((each) => each.edit.changes);
  expect(edits).toHaveLength(2);
  expect(edits[1]).toEqual({ issues: { old: null, new: "字慢" } });
  wrapper.unmount();
});

test.each([true, false])(
  "words offered and not answered wait with the draft, also after a reload (taken: %s)",
  async (take) => {
    const { open, wrapper } = await openForm("student-1");
    open.set("strengths", "有耐心");
    await open.flush();
    open.set("at_home", "这边写的");
    await elsewhere({ at_home: "那边写的" });
    await open.flush();
    wrapper.unmount();

    const again = await openForm(null);
    expect(again.open.offered.value).toEqual({ at_home: "这边写的" });
    again.open.answerOffer(take);
    await again.open.flush();
    again.wrapper.unmount();
    const kept = await getDraft(PERSON, VISIT);
    expect(kept?.offered).toBeUndefined();
    expect(kept?.values[`visit:${VISIT}`]?.["at_home"]).toBe(take ? "这边写的" : "那边写的");
  },
);
