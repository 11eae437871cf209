/** A phone that holds nothing of the school's says so, and what brings it; nobody takes an empty list for lost records. */
import { mount, RouterLinkStub } from "@vue/test-utils";
import { createRouter, createMemoryHistory } from "vue-router";
import { defineComponent, h, shallowRef } from "vue";
import { expect, test, vi } from "vitest";
import NoClasses from "#pwa/components/NoClasses.vue";
import NotHere from "#pwa/components/NotHere.vue";
import { noClassesWords, unnamed, unreadWords, useUnread } from "#pwa/components/unread.ts";
import RecordsPage from "#pwa/records/RecordsPage.vue";
import StudentCell from "#pwa/visit/StudentCell.vue";
import { writeRecords } from "#worker/store/db.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { IDLE, type Report } from "#worker/sync/report.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#pwa/records/SendingSheet.vue"), () => ({ default: defineComponent(() => () => null) as never }));

type Connection = Report["connection"];

/** Mounting options: a signed-in person with this connection. */
async function seen(connection: Connection) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/", component: { render: () => "" } }],
  });
  const app = { ...(await makeSignedInApp()), report: shallowRef<Report>({ ...IDLE, connection }) };
  return { global: { plugins: [router], stubs: { RouterLink: RouterLinkStub, TabBar: true }, ...inApp(app) } };
}

const hold = (): Promise<unknown> =>
  writeRecords(["cursors"], (tx) =>
    tx
      .objectStore("cursors")
      .put({ person: "p1", scope: "self:p1", cursor: 1, more: false, revoked: false, checked: null }),
  );

const handIn = async (): Promise<unknown> => {
  const draft = await putDraft(newDraft("p1", "c1", { student_id: "st1", visit_date: "2026-09-30" }));
  return finishDraft("p1", draft.id);
};

test.each(["signed_out", "shut_out"] as const)("%s: only a new sign-in brings it", async (connection) => {
  const report = { ...IDLE, connection };
  for (const words of [noClassesWords(report), unreadWords(report)]) {
    expect(words).toContain("重新登录");
    expect(words).not.toContain("有网时");
  }
  const made = mount(NoClasses, await seen(connection));
  expect(made.getComponent(RouterLinkStub).text()).toBe("重新登录");
});

test.each(["no_network", "ok", "unknown"] as const)("%s: it comes by itself", async (connection) => {
  const report = { ...IDLE, connection };
  expect([noClassesWords(report), unreadWords(report)].every((words) => words.includes("有网时会自动取来"))).toBe(true);
  expect(
    mount(NoClasses, await seen(connection))
      .findComponent(RouterLinkStub)
      .exists(),
  ).toBe(false);
});

test("while it is being read, that is said", () => {
  const report: Report = { ...IDLE, connection: "ok", phase: "reading" };
  expect(noClassesWords(report)).toBe("正在把您的班级取到这台手机上。");
  expect(unreadWords(report)).toContain("正在");
});

test("我的记录 never says that there are none, nor that a child is of another class", async () => {
  await handIn();
  const page = mount(RecordsPage, await seen("shut_out"));
  await vi.waitFor(() => {
    expect(page.text()).toContain("学校已有的记录，现在不在这台手机上");
    expect(page.text()).toContain(unnamed(true));
  });
  expect(page.text()).not.toContain("别班的学生");
  expect(page.text()).not.toContain("还没有记录");
});

test("once the school was read it says so as ever", async () => {
  await hold();
  const none = mount(RecordsPage, await seen("shut_out"));
  await vi.waitFor(() => {
    expect(none.text()).toContain("还没有记录。访完第一户");
  });
  await handIn();
  const page = mount(RecordsPage, await seen("ok"));
  await vi.waitFor(() => {
    expect(page.text()).toContain("别班的学生");
  });
});

test("the form of a draft keeps its child, whom the phone cannot name", async () => {
  const stubs = { RouterLink: RouterLinkStub, TabBar: true, BottomSheet: true };
  const global = { ...(await seen("shut_out")).global, stubs };
  const cell = mount(StudentCell, { props: { student: null, chosen: true }, global });
  await vi.waitFor(() => {
    expect(cell.text()).toMatch(/^名字还没取来.*换一位$/);
  });
  await cell.setProps({ chosen: false });
  expect(cell.text()).toMatch(/^还没选学生.*选一位$/);
});

test("a page that is not here asks for a new sign-in where only that brings it", async () => {
  const words = async (connection: Connection): Promise<string> => {
    const app = { ...(await makeSignedInApp()), report: shallowRef<Report>({ ...IDLE, connection }) };
    const global = { ...inApp(app), stubs: { RouterLink: RouterLinkStub } };
    return mount(NotHere, { props: { text: "没有。", mayCome: true }, global })
      .get("p")
      .text();
  };
  expect(await words("shut_out")).toBe("没有。也许只是还没取来：要重新登录，才取得来。");
  expect(await words("no_network")).toContain("现在没连上学校");
  expect(await words("ok")).toBe("没有。");
});

test("nothing is said before it is known", async () => {
  const Probe = defineComponent(() => {
    const unread = useUnread();
    return () => h("p", String(unread.value));
  });
  const made = mount(Probe, { global: inApp(await makeSignedInApp()) });
  expect(made.text()).toBe("undefined");
  await vi.waitFor(() => {
    expect(made.text()).toBe("true");
  });
});
