/** 答应的事, as the form shows them. */
import { mount } from "@vue/test-utils";
import { expect, test, vi } from "vitest";
import { defineComponent, h } from "vue";
import { provideForm } from "#pwa/components/use_undo_here.ts";
import PromisesField from "#pwa/visit/PromisesField.vue";
import { asJson, NEW_PROMISE, promisesOf } from "#pwa/visit/promises.ts";
import { inApp, makeApp } from "./app.ts";

const open = (promises = [NEW_PROMISE], old = false) =>
  mount(PromisesField, { props: { promises, old }, global: inApp(makeApp()) });

test("what is pasted and too long is kept whole, and said", async () => {
  const field = open([{ ...NEW_PROMISE, what: "借".repeat(75) }]);
  expect(field.get("textarea").element.maxLength).toBe(-1);
  expect(field.text()).toContain("多了 15 字");
  await field.get("textarea").setValue("借".repeat(80));
  expect(field.emitted("change")?.[0]).toEqual([[{ ...NEW_PROMISE, what: "借".repeat(80) }]]);
});

test("there are three at most, each changed by itself", async () => {
  const field = open([NEW_PROMISE, { ...NEW_PROMISE, who: "family", what: "每晚读书" }, NEW_PROMISE]);
  expect(field.text()).not.toContain("添一件");
  await field.findAll("input[type=date]")[1]?.setValue("2026-12-01");
  const [changed] = field.emitted("change")?.[0] as [(typeof NEW_PROMISE)[]];
  expect(changed.map((each) => each.due)).toEqual([null, "2026-12-01", null]);
  expect(changed[1]?.what).toBe("每晚读书");
});

test("one that was taken away comes back to its place, among what was written since", async () => {
  const app = makeApp();
  const [first, second] = [
    { ...NEW_PROMISE, what: "借书" },
    { ...NEW_PROMISE, what: "早睡" },
  ];
  let now = [first, second];
  const setAll = vi.fn();
  const Form = defineComponent(() => {
    provideForm({ values: () => ({ promises: asJson(now) }), setAll });
    return () => h(PromisesField, { promises: [first, second] });
  });
  const form = mount(Form, { global: inApp(app) });
  await form
    .findAll("button")
    .find((each) => each.text() === "去掉这一件")
    ?.trigger("click");
  now = [{ ...second, what: "九点半睡" }];
  await app.undo.take();
  expect(setAll).toHaveBeenCalledWith({ promises: asJson([first, { ...second, what: "九点半睡" }]) });
});

test("whether it was kept is asked only of a visit that the school has", () => {
  expect(open().text()).not.toContain("做到了");
  expect(open([NEW_PROMISE], true).text()).toContain("做到了");
});

test("what another version wrote is read as far as it is known, and nothing breaks", () => {
  expect(promisesOf("text")).toEqual([]);
  expect(promisesOf([null, { what: "借书", due: "" }])).toEqual([NEW_PROMISE, { ...NEW_PROMISE, what: "借书" }]);
});
