import { expect, test } from "vitest";
import { formValues, newOpinion, withValues } from "#pwa/components/draft_values.ts";
import { newDraft } from "#worker/store/drafts.ts";
import type { Draft } from "#worker/store/types.ts";

const draftOf = (): Draft => newDraft("t1", "c1", { student_id: "s1" });
const kinds = (draft: Draft): string[] => Object.keys(draft.values).map((ref) => ref.split(":")[0] ?? "");

test("each field lands in the record of its own circle", () => {
  const draft = withValues(draftOf(), {
    strengths: "有耐心",
    growth_env: "和奶奶住",
    reflection: "要多听",
    extra_page: "一路上……",
    nominate: true,
    gift_declined: "一袋苹果",
    no_opinion: true,
  });
  expect(kinds(draft)).toEqual(["visit", "visit_private", "reflection"]);
  expect(draft.values[`visit:${draft.id}`]).toEqual({ student_id: "s1", strengths: "有耐心" });
  expect(draft.values[`visit_private:${draft.id}`]).toEqual({ growth_env: "和奶奶住" });
  expect(formValues(draft)).toMatchObject({ reflection: "要多听", growth_env: "和奶奶住", no_opinion: true });
});

test("one reflection goes on being written, whatever comes later", () => {
  const first = withValues(draftOf(), { reflection: "要" });
  const again = withValues(first, { reflection: "要多听" });
  expect(Object.keys(again.values)).toEqual(Object.keys(first.values));
});

test("a second reflection of the same person stands below, and is written apart", () => {
  const one = withValues(draftOf(), { reflection: "甲" });
  const two: Draft = { ...one, values: { ...one.values, "reflection:r2": { reflection: "乙", author_id: "t1" } } };
  expect(formValues(two)).toMatchObject({ reflection: "甲", reflections: ["r2"], "reflections/r2/reflection": "乙" });
  const written = withValues(two, { "reflections/r2/reflection": "乙乙" });
  expect(formValues(written)).toMatchObject({ reflection: "甲", "reflections/r2/reflection": "乙乙" });
});

test("each opinion is a record of its own; one that was taken away no longer shows, and comes back", () => {
  const [one, two] = [newOpinion(), newOpinion()];
  const draft = withValues(draftOf(), { ...one.values, ...two.values, [`opinions/${two.id}/text`]: "菜凉了" });
  expect(kinds(draft)).toEqual(["visit", "opinion", "opinion"]);
  expect(formValues(draft)["opinions"]).toEqual([one.id, two.id]);
  expect(formValues(draft)).toMatchObject({
    [`opinions/${one.id}/pass_on`]: "anonymous",
    [`opinions/${two.id}/text`]: "菜凉了",
  });
  const without = withValues(draft, { [`opinions/${one.id}/text`]: null });
  expect(formValues(without)["opinions"]).toEqual([two.id]);
  expect(formValues(withValues(without, { [`opinions/${one.id}/text`]: "" }))["opinions"]).toEqual([one.id, two.id]);
});

test("what a record says of itself is not taken for the visit's", () => {
  const draft: Draft = {
    ...draftOf(),
    id: "v1",
    values: {
      "visit:v1": { student_id: "s1", author_id: "t1" },
      "visit_private:v1": { growth_env: "和奶奶住", author_id: "t2", id: "v1" },
      "reflection:r1": { reflection: "甲", author_id: "t3", visit_id: "v1" },
    },
  };
  expect(formValues(draft)).toEqual({ student_id: "s1", author_id: "t1", growth_env: "和奶奶住", reflection: "甲" });
});

test("another student's brothers and sisters are not this one's", () => {
  const draft = withValues(draftOf(), { also_for: ["s2"] });
  expect(formValues(withValues(draft, { student_id: "s9" }))).toMatchObject({ student_id: "s9", also_for: [] });
  expect(formValues(withValues(draft, { strengths: "有耐心" }))["also_for"]).toEqual(["s2"]);
});
