/** 班级 and what stands on a child's page of its people. */
import { flushPromises, mount } from "@vue/test-utils";
import { createMemoryHistory, createRouter } from "vue-router";
import { expect, test, vi } from "vitest";
import ClassPage from "#pwa/classes/ClassPage.vue";
import GuardianCell from "#pwa/classes/GuardianCell.vue";
import { classes, students } from "#worker/store/records.ts";
import { inApp, makeApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/records.ts"), async (load) => ({
  ...(await load()),
  classes: vi.fn(),
  students: vi.fn(),
}));

test("the list is ready, and found where it was left, only when this class's students are there", async () => {
  let answer: (found: Awaited<ReturnType<typeof students>>) => void = () => undefined;
  vi.mocked(classes).mockResolvedValue([{ id: "c1", name: "七（1）班" }] as Awaited<ReturnType<typeof classes>>);
  vi.mocked(students).mockReturnValue(new Promise((resolve) => (answer = resolve)));
  const routes = [{ path: "/", name: "class", component: { render: () => null } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/");
  const stubs = { TabBar: true, RefreshButton: true, ClassChoice: true };
  const page = mount(ClassPage, { global: { plugins: [router], stubs, ...inApp(await makeSignedInApp()) } });
  await vi.waitFor(() => {
    expect(students).toHaveBeenCalled();
  });
  await flushPromises();
  expect(page.get("main").attributes("aria-busy")).toBe("true");
  answer([]);
  await vi.waitFor(() => {
    expect(page.get("main").attributes("aria-busy")).toBe("false");
  });
});

test("a number says whose it is, in the school's language", async () => {
  const guardians = [
    { id: "g1", name: "赵艳", relation: "grandparent", phone: "13800000000" },
    { id: "g2", name: "赵敏", phone: "13800000001" },
  ];
  const cell = mount(GuardianCell, { props: { guardians }, global: inApp(makeApp()) });
  await cell.get("button").trigger("click");
  expect(cell.findAll(".label").map((each) => each.text())).toEqual(["祖辈的电话", "家长的电话"]);
});
