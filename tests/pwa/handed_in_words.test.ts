/** After handing in it is said when the visit will go only while that is true, and no longer once the school was reached. */
import { mount } from "@vue/test-utils";
import { nextTick, shallowRef } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { expect, test } from "vitest";
import { IDLE, type Connection, type Report } from "#worker/sync/report.ts";
import UndoBar from "#pwa/components/UndoBar.vue";
import { handedInWords } from "#pwa/visit/handed_in_words.ts";
import { inApp, makeApp } from "./app.ts";

const KEPT = "已存本机 20:41。";
const WAITS = `${KEPT}有网时打开应用就会上传。`;

test.each<[Connection, string]>([
  ["ok", KEPT],
  ["signed_out", KEPT],
  ["unknown", KEPT],
  ["no_network", WAITS],
  ["not_ours", `${KEPT}现在没连到学校，连上了打开应用就会上传。`],
  ["busy", `${KEPT}学校那边正忙，过一会儿会自动再送。`],
  ["shut_out", `${KEPT}重新登录后就会上传。`],
])("where the connection is %s", (connection, words) => {
  expect(handedInWords(KEPT, () => ({ ...IDLE, connection }))()).toBe(words);
});

test("the line follows while it is read: it promises nothing of what has arrived", async () => {
  const app = makeApp();
  const report = shallowRef<Report>({ ...IDLE, connection: "no_network" });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/", component: { render: () => null } }],
  });
  await router.push("/");
  const bar = mount(UndoBar, { global: { plugins: [router], ...inApp(app) } });
  app.undo.show(
    handedInWords(KEPT, () => report.value),
    () => Promise.resolve(),
    "给家长的码",
  );
  const said = async (connection: Connection): Promise<string> => {
    report.value = { ...IDLE, connection };
    await nextTick();
    return bar.get("span").text();
  };
  expect(await said("no_network")).toBe(WAITS);
  expect(await said("unknown")).toBe(WAITS); // the next round has begun
  expect(await said("ok")).toBe(KEPT);
  expect(await said("unknown")).toBe(KEPT);
  expect(await said("no_network")).toBe(WAITS);
  bar.unmount();
});
