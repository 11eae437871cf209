import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import type { Component } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AppContext } from "#pwa/components/app_context.ts";
import { SAVE_AFTER_MS } from "#pwa/components/autosave.ts";
import ConflictPage from "#pwa/todo/ConflictPage.vue";
import SamePage from "#pwa/todo/SamePage.vue";
import TodoPage from "#pwa/todo/TodoPage.vue";
import { tellChanged } from "#worker/store/changes.ts";
import { writeRecords } from "#worker/store/db.ts";
import { decidingOf } from "#worker/store/deciding.ts";
import { queued } from "#worker/store/queue.ts";
import type { Values } from "#worker/store/types.ts";
import { inApp, makeSignedInApp } from "./app.ts";

const ME = "t1";
let app: AppContext;

async function pulled(...rows: [kind: string, id: string, row: Values, rev?: number][]): Promise<void> {
  await writeRecords(["rows"], async (tx) => {
    for (const [kind, id, row, rev = 1] of rows) {
      const scope = `self:${ME}` as const;
      await tx.objectStore("rows").put({ person: ME, scope, kind, id, rev, seq: rev, row: { id, ...row } });
    }
  });
  tellChanged("rows");
}

const conflict = (field: string, more: Values = {}): Values => ({
  record: "visit:v1",
  field,
  base: null,
  head: { value: "先写作业", rev: 4, by: "t2" },
  alternative: { value: "先玩一会儿", edit: "e", by: ME, made_at: "2026-09-30T20:00:00+08:00" },
  status: "open",
  owner: ME,
  ...more,
});

beforeEach(async () => {
  app = await makeSignedInApp(ME);
  await pulled(
    ["staff", "t2", { name: "何建国" }],
    ["student", "st1", { name: "张三", class_id: "c1", may_record: "yes" }],
    ["visit", "v1", { student_id: "st1", class_id: "c1", author_id: ME, visit_date: "2026-11-20" }, 4],
    ["conflict", "k1", conflict("at_home")],
    ["conflict", "k2", conflict("issues")],
  );
  await app.refreshPerson(); // what the home screen counts
});

const opened: VueWrapper[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.unmount();
});

const page = (component: unknown): Component => component as Component;

async function open(path: string): Promise<VueWrapper> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      ...["today", "classes", "records", "me"].map((name) => ({
        path: `/app/${name}`,
        name,
        component: { render: () => null },
      })),
      { path: "/visit/:id", name: "visit", component: { render: () => null } },
      { path: "/app/todo", name: "todo", component: page(TodoPage) },
      { path: "/app/todo/:id", name: "conflict", component: page(ConflictPage), props: true },
      { path: "/app/todo/:id/same/:other", name: "same-visit", component: page(SamePage), props: true },
    ],
  });
  await router.push(path);
  const wrapper = mount(RouterView, {
    attachTo: document.body,
    global: { plugins: [router], ...inApp(app) },
  });
  opened.push(wrapper);
  await vi.waitFor(() => {
    expect(wrapper.text()).toMatch(/张三|没有要您处理/);
  });
  return wrapper;
}

const button = (wrapper: VueWrapper, words: string): ReturnType<VueWrapper["find"]> =>
  wrapper.findAll("button").find((each) => each.text() === words) ?? wrapper.find("#none");
const radio = (wrapper: VueWrapper, field: string, name: string): ReturnType<VueWrapper["find"]> =>
  wrapper.find(`section[aria-label="${field}"] input[aria-label^="${name}"]`);

test("the list, its figure and the home screen's figure are one and the same", async () => {
  const wrapper = await open("/app/todo");
  expect(wrapper.findAll("li")).toHaveLength(1); // one visit, however many fields of it
  expect(wrapper.text()).toContain("在家表现、共同关注的问题");
  expect(wrapper.find(".aside").text()).toBe("1 处");
  expect(app.counts.value?.needAction).toBe(1);
});

test("what is chosen is said before it is done, done at once for all, and what is left waits", async () => {
  const wrapper = await open("/app/todo/v1");
  expect(wrapper.text()).toContain("没留下的，改动经过里还看得到");
  await radio(wrapper, "在家表现", "都留").trigger("change");
  expect(wrapper.text()).not.toContain("没留下的"); // both are kept
  expect(wrapper.find('section[aria-label="在家表现"] .sheet .words').text()).toBe("先写作业\n先玩一会儿");
  await button(wrapper, "就这样定").trigger("click");
  expect(wrapper.find("[role=alert]").text()).toMatch(/不能撤回.*还有 1 处没选/s);
  expect(document.activeElement?.textContent).toBe("再看看");
  expect(await queued(ME)).toEqual([]);
  await button(wrapper, "定下来").trigger("click");
  await vi.waitFor(async () => {
    expect((await queued(ME)).map((each) => each.record)).toEqual(["conflict:k1"]);
  });
  await vi.waitFor(() => {
    expect(wrapper.findAll("fieldset")).toHaveLength(1);
  });
});

test("a half-written third version is kept, and there again when the page is opened anew", async () => {
  const wrapper = await open("/app/todo/v1");
  await radio(wrapper, "在家表现", "另写一份").trigger("change");
  await wrapper.find("textarea").setValue("写了一半");
  await vi.waitFor(
    async () => {
      expect((await decidingOf(ME)).map((each) => each.written)).toEqual(["写了一半"]);
    },
    { timeout: SAVE_AFTER_MS * 10 },
  );
  opened.pop()?.unmount();
  const again = await open("/app/todo/v1");
  await vi.waitFor(() => {
    expect(again.find("textarea").element.value).toBe("写了一半");
  });
});

test("a family that refuses meanwhile is obeyed: only what the school has may stay, and what was written waits", async () => {
  const wrapper = await open("/app/todo/v1");
  await radio(wrapper, "在家表现", "另写一份").trigger("change");
  await wrapper.find("textarea").setValue("写了一半");
  await pulled(["student", "st1", { name: "张三", class_id: "c1", may_record: "no" }, 2]);
  await vi.waitFor(() => {
    expect(wrapper.text()).toContain("家长不同意记录，这里不再添写，先留学校现在的这一份。您另写的还在这部手机上。");
  });
  expect(wrapper.find("textarea").exists()).toBe(false);
  expect(radio(wrapper, "在家表现", "都留").exists()).toBe(false);
  expect(button(wrapper, "就这样定").attributes("disabled")).toBeDefined();
});

test("nothing in place of both is no version", async () => {
  const wrapper = await open("/app/todo/v1");
  await radio(wrapper, "在家表现", "另写一份").trigger("change");
  await wrapper.find("textarea").setValue("");
  expect(button(wrapper, "就这样定").attributes("disabled")).toBeDefined();
});

test("a side that changes under the choice is said, and asked again", async () => {
  const wrapper = await open("/app/todo/v1");
  await radio(wrapper, "在家表现", "用那份").trigger("change");
  expect(button(wrapper, "就这样定").attributes("disabled")).toBeUndefined();
  await pulled(["conflict", "k1", conflict("at_home", { head: { value: "先看书", rev: 9, by: "t2" } }), 2]);
  await vi.waitFor(() => {
    expect(wrapper.text()).toContain("何建国老师刚又改过这一处");
  });
  expect(wrapper.find("del").text()).toContain("看书");
  expect(wrapper.text()).not.toContain("您另写的还在");
  expect(button(wrapper, "就这样定").attributes("disabled")).toBeDefined();
});

test("one that somebody else settles while it is open is told with what it became", async () => {
  const wrapper = await open("/app/todo/v1");
  const settled = { status: "settled", settled_by: "t2", decision: { choice: "head", value: "先写作业", edit: "e9" } };
  await pulled(["conflict", "k1", conflict("at_home", settled), 2]);
  await vi.waitFor(() => {
    expect(wrapper.text()).toContain("“在家表现”刚由何建国老师定好了：先写作业");
  });
});

test("two visits stand beside each other, with what a merge will do before it is asked for", async () => {
  const pair = { student_id: "st1", class_id: "c1", visit_date: "2026-11-20" };
  await pulled(
    ["visit", "v1", { ...pair, author_id: ME, strengths: "有耐心", possible_duplicates: ["v2"] }, 5],
    ["visit", "v2", { ...pair, author_id: "t2", strengths: "爱提问", issues: "睡得晚", visitors: [ME] }, 5],
  );
  const wrapper = await open("/app/todo/v1/same/v2");
  expect(wrapper.find('section[aria-label="闪光点"]').text()).toContain("合并后两份都留，再定");
  expect(wrapper.find('section[aria-label="共同关注的问题"]').text()).toContain("合并后补上");
  expect(wrapper.find('section[aria-label="合并后会怎样"]').text()).toContain("写得不同的 1 栏");
  await button(wrapper, "不是，都留").trigger("click");
  await vi.waitFor(async () => {
    expect((await queued(ME)).map((each) => each.edit.members)).toEqual([
      { not_duplicate_of: { add: ["v2"], remove: [] } },
    ]);
  });
  await flushPromises();
  await app.undo.take();
  expect((await queued(ME)).at(-1)?.edit.members).toEqual({ not_duplicate_of: { add: [], remove: ["v2"] } });
});
