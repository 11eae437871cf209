/** A window belongs to one person: what another, or nobody, does with it then. */
import { flushPromises, mount } from "@vue/test-utils";
import { defineComponent, h } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { expect, test, vi } from "vitest";
import { useOnePerson } from "#pwa/components/use_one_person.ts";
import { useStored } from "#pwa/components/use_stored.ts";
import { usePhotoPicker, type PhotoPicker } from "#pwa/visit/use_photo_picker.ts";
import { useDraft, type OpenDraft } from "#pwa/visit/use_draft.ts";
import { getDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { forgetSignIn, rememberPerson, SignedOut } from "#worker/store/people.ts";
import { photosOf } from "#worker/store/photos.ts";
import { queued } from "#worker/store/queue.ts";
import { inApp, makeSignedInApp } from "./app.ts";

const [ME, OTHER] = ["p1", "p2"];
const VISIT = "01900000-0000-7000-8000-0000000000aa";

async function open(): Promise<{
  form: OpenDraft;
  picker: PhotoPicker;
  shown: () => string;
  take: () => Promise<void>;
}> {
  const app = await makeSignedInApp(ME);
  const person = app.person.value;
  if (!person) throw new Error("nobody");
  let form: OpenDraft | undefined;
  let picker: PhotoPicker | undefined;
  const shrinker = {
    shrink: () =>
      Promise.resolve({
        sha256: "ab",
        width: 1,
        height: 1,
        bytes: new ArrayBuffer(1),
        thumb: new ArrayBuffer(1),
        type: "image/jpeg" as const,
      }),
    stop: () => undefined,
  };
  const Form = defineComponent(() => {
    form = useDraft(VISIT, "student-1");
    picker = usePhotoPicker(VISIT, form.flush, shrinker);
    const { data } = useStored(["rows"], (person) => Promise.resolve(`words of ${person}`));
    return () => h("main", data.value ?? "nothing");
  });
  const Door = defineComponent(() => () => h("main", "sign in"));
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", component: Door },
      { path: "/visit", component: Form },
      { path: "/sign-in", name: "sign-in", component: Door },
    ],
  });
  await router.push("/visit");
  const Window = defineComponent(() => {
    const { shownFor } = useOnePerson();
    return () => (shownFor.value === null ? null : h(RouterView, { key: shownFor.value }));
  });
  const wrapper = mount(Window, { global: { plugins: [router], ...inApp(app) } });
  await vi.waitFor(() => {
    expect(form?.found.value).toBe(true);
    expect(wrapper.text()).toBe(`words of ${ME}`);
  });
  if (!form || !picker) throw new Error("not opened");
  const shown = (): string => `${router.currentRoute.value.path} ${wrapper.text()}`;
  const take = async (): Promise<void> => {
    await rememberPerson({ ...person, id: OTHER });
    await app.refreshPerson();
    await flushPromises();
  };
  return { form, picker, shown, take };
}

test("another person's sign-in takes the screen away, and keeps what was typed for who typed it", async () => {
  const { form, shown, take } = await open();
  form.set("strengths", "最后一刻写的话");
  await take();
  await vi.waitFor(async () => {
    expect(shown()).not.toContain("words of p1");
    expect((await getDraft(ME, VISIT))?.values[`visit:${VISIT}`]?.["strengths"]).toBe("最后一刻写的话");
  });
  expect(await getDraft(OTHER, VISIT)).toBeUndefined();
});

test("nothing is handed in or put away for whoever is signed in no more", async () => {
  const { form, take } = await open();
  form.set("strengths", "爱读书");
  await form.flush();
  await take();
  await expect(form.finish()).rejects.toThrow(SignedOut);
  await expect(finishDraft(ME, VISIT)).rejects.toThrow(SignedOut); // nor by a window that has not heard yet
  await form.discard();
  expect(await queued(ME)).toEqual([]);
  expect(await getDraft(ME, VISIT)).toBeDefined();
});

test("a picture chosen after the change of person goes into nobody's visit; one chosen before is kept", async () => {
  const { picker, take } = await open();
  const added = vi.fn(() => true);
  const before = picker.take([new File([""], "a.jpg")], () => 6, added);
  await take();
  await before;
  expect((await photosOf(ME)).map((each) => each.sha256)).toEqual(["ab"]);
  await picker.take([new File([""], "b.jpg")], () => 6, added);
  expect(added).toHaveBeenCalledTimes(1);
  expect(await photosOf(OTHER)).toEqual([]);
});

test("a list is empty as soon as nobody is signed in", async () => {
  const app = await makeSignedInApp(ME);
  let list: { readonly data: { readonly value: string | undefined } } | undefined;
  const wrapper = mount(
    defineComponent(() => {
      list = useStored(["rows"], (person) => Promise.resolve(`words of ${person}`));
      return () => h("p");
    }),
    { global: inApp(app) },
  );
  await vi.waitFor(() => {
    expect(list?.data.value).toBe("words of p1");
  });
  await forgetSignIn(ME, false);
  await app.refreshPerson();
  await flushPromises();
  expect(list?.data.value).toBeUndefined();
  wrapper.unmount();
});
