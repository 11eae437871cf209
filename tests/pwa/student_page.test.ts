/** A child's page, before any visit is opened. */
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createMemoryHistory, createRouter } from "vue-router";
import { expect, test, vi } from "vitest";
import StudentPage from "#pwa/classes/StudentPage.vue";
import { queued } from "#worker/store/queue.ts";
import { studentPage } from "#worker/store/records.ts";
import type { MayRecord, StudentEntry } from "#worker/store/types.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/records.ts"), async (load) => ({ ...(await load()), studentPage: vi.fn() }));

const student = (mayRecord: MayRecord, gone: boolean): StudentEntry => ({
  id: "st1",
  classId: "c1",
  name: "张三",
  pinyin: "zhang san",
  initials: "zs",
  householdId: null,
  mayRecord,
  mayPhoto: "unknown",
  state: "未访",
  gone,
  leftOn: gone ? "2026-10-15" : null,
  pending: null,
});

async function open(mayRecord: MayRecord, gone = false): Promise<VueWrapper> {
  vi.mocked(studentPage).mockResolvedValue({ student: student(mayRecord, gone), guardians: [], visits: [] });
  const Empty = { render: () => null };
  const routes = ["/", "/new-visit"].map((path) => ({ path, name: path.slice(1) || "home", component: Empty }));
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/");
  const global = { plugins: [router], stubs: { TabBar: true }, ...inApp(await makeSignedInApp()) };
  const page = mount(StudentPage, { props: { id: "st1" }, global });
  await flushPromises();
  await vi.waitFor(() => page.get(".sum"));
  return page;
}

const words = async (mayRecord: MayRecord, gone = false): Promise<string> => (await open(mayRecord, gone)).text();

test("whether its family lets the visit be written down is known before the visit", async () => {
  expect(await words("no")).toContain("不可记：家长不同意记录");
  expect(await words("unknown")).toContain("还没问家长，内容能不能记");
  expect(await words("yes")).not.toMatch(/不可记|还没问/);
});

test("of a child that left nobody asks any more, and a refusal stays to be read", async () => {
  expect(await words("unknown", true)).not.toContain("还没问");
  expect(await words("no", true)).toContain("不可记");
});

test("a slip that the child brings is noted here before any visit, and shows that it waits", async () => {
  const page = await open("unknown");
  const press = async (text: string): Promise<void> => {
    const [button] = page.findAll("button").filter((each) => each.text() === text);
    await button?.trigger("click");
  };
  await press("记下家长的答复");
  await page.get("input[value=father]").setValue();
  expect((page.get("input[value=paper]").element as HTMLInputElement).checked).toBe(true);
  await press("家长同意记录");
  await vi.waitFor(() => {
    expect(page.get(".consent").text()).toContain("记下的答复（同意）待上传");
  });
  const [edit] = await queued("p1");
  expect(edit).toMatchObject({ record: "student:st1", visitId: null, classId: "c1", state: "waiting" });
  expect(edit?.edit.changes).toMatchObject({ may_record: { new: "yes" }, channel: { new: "paper" } });
});

test("a family that agreed may change its mind on the child's page too; of one that left nothing is noted", async () => {
  expect(await words("yes")).toContain("家长改主意了，记下答复");
  expect(await words("no")).toContain("家长改主意了，记下答复");
  expect(await words("no", true)).not.toContain("记下答复");
});
