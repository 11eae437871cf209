/** 另附页 by its bare address: open to write, and closed, with what was written kept, where the family refused the record. */
import { flushPromises, mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import { writeRecords } from "#worker/store/db.ts";
import { draftNow } from "#worker/store/revisions.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import ExtraPage from "#pwa/visit/ExtraPage.vue";
import { inApp, makeSignedInApp } from "./app.ts";

const ME = "p1";
const WORDS = "院子里种满了花";

async function open(may_record: string, visit_result = "done", words = WORDS) {
  const app = await makeSignedInApp(ME);
  await writeRecords(["rows"], async (tx) => {
    const row = { id: "a", name: "张三", class_id: "c1", may_record };
    await tx.objectStore("rows").put({ person: ME, scope: "class:c1", kind: "student", id: "a", rev: 1, seq: 1, row });
  });
  const begun = newDraft(ME, "c1", { student_id: "a", visit_result });
  const reflection = { visit_id: begun.id, extra_page: words };
  const draft = await putDraft({ ...begun, values: { ...begun.values, "reflection:r1": reflection } });
  const empty = { template: "<i />" };
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/:rest(.*)", component: empty }] });
  await router.push("/");
  const stubs = { PageFrame: { template: "<main><slot /></main>" } };
  const global = { ...inApp(app), plugins: [router], stubs };
  const page = mount(ExtraPage, { props: { id: draft.id }, global });
  await expect.poll(() => page.find(".sheet, .notice").exists(), { timeout: 4000 }).toBe(true);
  await flushPromises();
  return { page, draft };
}

test("a family that agreed, or was not asked yet, leaves it open", async () => {
  for (const word of ["yes", "unknown"]) {
    const { page } = await open(word);
    expect(page.get("textarea").element.value).toBe(WORDS);
  }
});

test("a family that refused closes it, it is said kindly, and the words stay on the phone", async () => {
  const { page, draft } = await open("no");
  expect(page.find("textarea").exists()).toBe(false);
  expect(page.text()).toContain("家长不同意记录，这次家访不写另附页，孩子不受影响");
  expect(page.get("details").text()).toContain(WORDS);
  expect((await draftNow(ME, draft.id)).kept?.values["reflection:r1"]).toMatchObject({ extra_page: WORDS });
});

test("a visit that did not take place closes it, and says where the words are, if any were written", async () => {
  const { page, draft } = await open("yes", "declined");
  expect(page.find("textarea").exists()).toBe(false);
  expect(page.text()).toContain("这次家访的结果是“家长婉拒”，不用写另附页。写过的还在，结果改成“已完成”就看得到。");
  expect((await draftNow(ME, draft.id)).kept?.values["reflection:r1"]).toMatchObject({ extra_page: WORDS });
  const empty = await open("yes", "declined", "");
  expect(empty.page.text()).not.toContain("写过的还在");
});
