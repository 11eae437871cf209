/** What a photo may be used for is offered only as far as the family has agreed to it. */
import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import { leastPhotoLevel, mayUse, photoLevelOf } from "#worker/store/photo_use.ts";
import type { PhotoLevel, Values } from "#worker/store/types.ts";
import PhotoFields from "#pwa/visit/PhotoFields.vue";
import { inApp, makeApp } from "./app.ts";

const PHOTO = "a".repeat(64);
const fields = (level: PhotoLevel, form: Values = {}) =>
  mount(PhotoFields, { props: { sha256: PHOTO, form, at: 0, count: 1, level }, global: inApp(makeApp()) });
const offered = (level: PhotoLevel, form: Values = {}): string[] =>
  fields(level, form)
    .findAll("input[type=radio]")
    .map((each) => each.element.getAttribute("value") ?? "");

test.each([
  ["no", ["archive"]],
  ["unknown", ["archive"]],
  ["archive", ["archive"]],
  ["school", ["archive", "school"]],
  ["public", ["archive", "school", "public"]],
] as const)("at %s it is %s", (level, uses) => {
  expect(offered(level)).toEqual(uses);
});

test("what was chosen before the family said otherwise is still to be seen, and that it does not count", () => {
  const form = { [`photos/${PHOTO}/use`]: "public" };
  expect(offered("archive", form)).toEqual(["archive", "public"]);
  expect(fields("archive", form).text()).toContain("家长还没同意这样用，先只存档");
  expect(fields("public", form).text()).not.toContain("还没同意");
});

test("nobody is led to expect a use that no family has been asked for", () => {
  expect(fields("archive").text()).toContain("公开宣传现在不用");
  expect(fields("school", { [`photos/${PHOTO}/use`]: "school" }).text()).toContain("公开宣传现在不用");
});

test("of several families the least counts, and of a row that says nothing nobody was asked", () => {
  expect(leastPhotoLevel(["public", "archive"])).toBe("archive");
  expect(leastPhotoLevel(["public", "no", "unknown"])).toBe("no");
  expect(leastPhotoLevel([])).toBe("unknown");
  expect(photoLevelOf({})).toBe("unknown");
  expect(photoLevelOf({ may_photo: "school" })).toBe("school");
  expect(mayUse("school", "public")).toBe(false);
});
