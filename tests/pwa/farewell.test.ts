/** Who was writing about a family that the school has erased is told once that the draft is gone, and no name is said. */
import { flushPromises, mount } from "@vue/test-utils";
import { expect, test, vi } from "vitest";
import FarewellNotice from "#pwa/today/FarewellNotice.vue";
import { dropFarewells, farewells } from "#worker/store/farewell.ts";
import { inApp, makeSignedInApp } from "./app.ts";

vi.mock(import("#worker/store/farewell.ts"), () => ({
  farewells: vi.fn(() => Promise.resolve(0)),
  dropFarewells: vi.fn(() => Promise.resolve()),
}));

test("a draft that went with its family is told of until that was read", async () => {
  const show = async (): Promise<ReturnType<typeof mount>> => {
    const made = mount(FarewellNotice, { global: inApp(await makeSignedInApp()) });
    await flushPromises();
    return made;
  };
  expect((await show()).text()).toBe("");
  vi.mocked(farewells).mockResolvedValue(2);
  const told = await show();
  expect(told.text()).toContain("还没交的 2 份草稿也一起删了");
  await told.get("button").trigger("click");
  expect(dropFarewells).toHaveBeenCalledOnce();
});
