import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineComponent, h, ref, shallowRef } from "vue";
import WordsField from "#pwa/components/WordsField.vue";
import type { AppContext } from "#pwa/components/app_context.ts";
import { provideForm } from "#pwa/components/use_undo_here.ts";
import type { Values } from "#worker/store/types.ts";
import { inApp, makeApp } from "./app.ts";

const CAMPAIGN = {
  writing: {
    banners: { growth_env: "不记录职业。" },
    inside: { strengths: "一件小事" },
    openings: { strengths: ["最近进步最大的是＿", "家长说，孩子在家＿，很贴心"], growth_env: [] },
    prompts: { at_school: { 学习: ["课上＿听得专注"], 生活: ["吃饭＿"] } },
    reminders: [{ hint: "不贴标签。", words: ["差生", "单亲"], except: ["差生活"] }],
  },
};
let app: AppContext;
let text = ref("");

beforeEach(() => {
  app = makeApp(CAMPAIGN);
  text = ref("");
});
afterEach(() => {
  app.stop();
  vi.useRealTimers();
});

/** A field whose words the test can read and change. */
function field(name: string, rest: Record<string, unknown> = {}): VueWrapper {
  const Form = defineComponent(
    () => () =>
      h(WordsField, {
        name,
        label: "闪光点",
        ...rest,
        modelValue: text.value,
        "onUpdate:modelValue": (next: string) => (text.value = next),
      }),
  );
  return mount(Form, { global: inApp(app), attachTo: document.body });
}

const area = (form: VueWrapper): HTMLTextAreaElement => form.get("textarea").element;
const tap = async (form: VueWrapper, words: string): Promise<void> => {
  const button = form.findAll("button").find((each) => each.text().includes(words));
  if (!button) throw new Error(`no button ${words}`);
  await button.trigger("click");
  await flushPromises();
};

test("an empty field that is touched offers first sentences, one that holds words keeps them folded", async () => {
  const form = field("strengths");
  expect(form.text()).not.toContain("最近进步最大的是");
  await form.get("textarea").trigger("focus");
  expect(form.text()).toContain("最近进步最大的是…");
  expect(area(form).placeholder).toBe("一件小事");
  form.unmount();

  text.value = "有耐心";
  const full = field("strengths");
  await full.get("textarea").trigger("focus");
  expect(full.text()).not.toContain("最近进步最大的是");
  await tap(full, "起个头");
  expect(full.text()).toContain("最近进步最大的是…");
  full.unmount();
});

test("a sentence comes in at the caret, which then stands in its blank", async () => {
  text.value = "爱劳动。爱看书。";
  const form = field("strengths");
  area(form).setSelectionRange(4, 4);
  await tap(form, "起个头");
  await tap(form, "家长说");
  expect(text.value).toBe("爱劳动。家长说，孩子在家，很贴心爱看书。");
  expect(area(form).selectionStart).toBe("爱劳动。家长说，孩子在家".length);
  form.unmount();
});

test("an unfinished sentence is closed before the next begins", async () => {
  text.value = "爱劳动";
  const form = field("strengths");
  area(form).setSelectionRange(3, 3);
  await tap(form, "起个头");
  await tap(form, "最近");
  expect(text.value).toBe("爱劳动。最近进步最大的是");
  form.unmount();
});

test("去掉 takes the sentence out again and leaves what was typed since", async () => {
  text.value = "爱劳动。";
  const form = field("strengths");
  area(form).setSelectionRange(4, 4);
  await tap(form, "起个头");
  await tap(form, "最近");
  expect(app.undo.offer.value?.word).toBe("去掉");
  text.value = `${text.value}跳绳`;
  await flushPromises();
  await app.undo.take();
  expect(text.value).toBe("爱劳动。跳绳");
  form.unmount();
});

test("a prompt begins its line and then offers its own sentences", async () => {
  text.value = "开朗";
  const form = field("at_school", { prompts: ["学习", "生活"] });
  await tap(form, "学习");
  expect(text.value).toBe("开朗\n学习：");
  await tap(form, "听得专注");
  expect(text.value).toBe("开朗\n学习：课上听得专注");
  form.unmount();
});

test("a field that is emptied sign by sign can be brought back whole, before what was written since", async () => {
  text.value = "有耐心";
  const form = field("strengths");
  for (const rest of ["有耐", "有", ""]) await form.get("textarea").setValue(rest);
  expect(text.value).toBe("");
  await form.get("textarea").setValue("细心");
  await app.undo.take();
  expect(text.value).toBe("有耐心\n细心");
  form.unmount();
});

test("correcting a few signs offers nothing, replacing a long text does", async () => {
  text.value = "她".repeat(40);
  const form = field("strengths");
  await form.get("textarea").setValue("她".repeat(30));
  expect(app.undo.offer.value).toBeNull();
  await form.get("textarea").setValue("新");
  expect(app.undo.offer.value).not.toBeNull();
  await app.undo.take();
  expect(text.value).toBe("她".repeat(30));
  form.unmount();
});

test("when the form is gone the offer is gone too, since it could bring nothing back", async () => {
  text.value = "有耐心";
  const form = field("strengths");
  await form.get("textarea").setValue("");
  form.unmount();
  expect(app.undo.offer.value).toBeNull();
});

test("letters that are still being composed reach the form, and are neither counted nor reminded of", async () => {
  const form = field("strengths", { limit: 3 });
  const words = form.get("textarea");
  await words.trigger("compositionstart");
  await words.setValue("cha'sheng");
  expect(text.value).toBe("cha'sheng");
  expect(form.text()).not.toContain("多了");
  area(form).value = "差生";
  await words.trigger("compositionend");
  expect(text.value).toBe("差生");
  expect(form.text()).toContain("还可写 1 字");
  expect(form.text()).toContain("“差生”：不贴标签。");
  form.unmount();
});

test("a reminder never holds anything up, and knows a word that only looks like one", async () => {
  const form = field("strengths");
  await form.get("textarea").setValue("还差生活费");
  expect(form.get("[role=status]").text()).toBe("");
  await form.get("textarea").setValue("单亲，还差生活费");
  expect(form.get("[role=status]").text()).toBe("“单亲”：不贴标签。");
  expect(text.value).toBe("单亲，还差生活费");
  form.unmount();
});

test("what a field never wants to know is said beside it, and read out with it", () => {
  const form = field("growth_env", { note: "只有班主任看得到。" });
  const described = area(form).getAttribute("aria-describedby");
  expect(form.get(`#${described ?? ""}`).text()).toBe("只有班主任看得到。不记录职业。");
  form.unmount();
});

test("a text brought back after its part was folded stands in the form", async () => {
  const values = shallowRef<Values>({ strengths: "有耐心" });
  const folded = ref(false);
  const Form = defineComponent(() => {
    const setAll = (next: Values): void => {
      values.value = { ...values.value, ...next };
    };
    provideForm({ values: () => values.value, setAll });
    const words = (): string => values.value["strengths"] as string;
    const put = (strengths: string): void => {
      setAll({ strengths });
    };
    const props = { name: "strengths", label: "闪光点", "onUpdate:modelValue": put };
    return () => (folded.value ? h("p") : h(WordsField, { ...props, modelValue: words() }));
  });
  const form = mount(Form, { global: inApp(app) });
  await form.get("textarea").setValue("");
  folded.value = true;
  await flushPromises();
  await app.undo.take();
  expect(values.value["strengths"]).toBe("有耐心");
  form.unmount();
});

test("an element's text is helped like the field it is", () => {
  const form = field("opinions/0190/strengths");
  expect(area(form).placeholder).toBe("一件小事");
  form.unmount();
});
