/** Brothers and sisters in one visit: it is said before and after one is added whose family has not agreed. */
import { flushPromises, mount } from "@vue/test-utils";
import { expect, test } from "vitest";
import { shallowRef } from "vue";
import { finishDraft } from "#worker/store/finish.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { writeRecords } from "#worker/store/db.ts";
import { studentPage } from "#worker/store/records.ts";
import type { Draft, StudentEntry, Values } from "#worker/store/types.ts";
import ConsentNote from "#pwa/visit/ConsentNote.vue";
import FactsFields from "#pwa/visit/FactsFields.vue";
import { useConsent, type VisitConsent } from "#pwa/visit/use_consent.ts";
import type { AppContext } from "#pwa/components/app_context.ts";
import { inApp, makeApp, makeSignedInApp } from "./app.ts";

const ME = "p1";

async function family(...children: [id: string, mayRecord: string, household?: string][]): Promise<AppContext> {
  const app = await makeSignedInApp(ME);
  await writeRecords(["rows"], async (tx) => {
    for (const [seq, [id, may_record, household_id = "h1"]] of children.entries()) {
      const row = { id, name: `学生${id}`, class_id: "c1", household_id, may_record };
      await tx.objectStore("rows").put({ person: ME, scope: "class:c1", kind: "student", id, rev: 1, seq, row });
    }
  });
  return app;
}

const own = async (): Promise<StudentEntry> => {
  const page = await studentPage(ME, "a");
  if (!page) throw new Error("no such student");
  return page.student;
};

async function facts(app: AppContext, visitId: string, form: Values = {}) {
  const props = { form: { student_id: "a", ...form }, visitId, student: await own(), fixed: false };
  const shown = mount(FactsFields, { props, global: { ...inApp(app), stubs: { VisitorsField: true } } });
  await flushPromises();
  await new Promise((done) => setTimeout(done, 50));
  return shown;
}

const written = (more: Values = {}): Draft => newDraft(ME, "c1", { student_id: "a", visit_result: "done", ...more });

test("a brother or sister is offered with what the family said", async () => {
  const app = await family(["a", "yes"], ["b", "no"], ["c", "unknown"], ["d", "yes"], ["e", "no", "h2"]);
  const shown = await facts(app, "v1");
  const chips = shown.findAll("[data-field=also_for] .chip").map((each) => each.text());
  expect(chips).toEqual(["学生b（不可记）", "学生c（还没问）", "学生d"]);
});

test("one whose family has not agreed joins no visit whose words were handed in", async () => {
  const app = await family(["a", "yes"], ["b", "no"], ["d", "yes"]);
  const draft = await putDraft(written({ strengths: "会做饭" }));
  await finishDraft(ME, draft.id);
  const shown = await facts(app, draft.id);
  expect(shown.findAll("[data-field=also_for] .chip").map((each) => each.text())).toEqual(["学生d"]);
  expect(shown.text()).toContain("也访了学生b，请另记一次");
  const bare = await putDraft(written());
  await finishDraft(ME, bare.id);
  expect((await facts(app, bare.id)).findAll("[data-field=also_for] .chip")).toHaveLength(2);
  const named = await facts(app, draft.id, { also_for: ["b"] }); // it can always be taken out again
  expect(named.findAll("[data-field=also_for] .chip")).toHaveLength(2);
});

test("the least of the families' answers counts for the whole visit", async () => {
  const app = await family(["a", "yes"], ["b", "no"], ["c", "unknown"], ["e", "no", "h2"]);
  const of = async (...beside: string[]): Promise<[string, string[]]> => {
    const found: { consent?: VisitConsent } = {};
    const draft = shallowRef<Draft | null>(written({ also_for: beside }));
    const setup = (): (() => null) => {
      found.consent = useConsent(draft);
      return () => null;
    };
    mount({ setup }, { global: inApp(app) });
    await expect.poll(() => found.consent?.ready.value).toBe(true);
    return [found.consent?.mayRecord.value ?? "", (found.consent?.withheld.value ?? []).map((each) => each.id)];
  };
  expect(await of()).toEqual(["yes", []]);
  expect(await of("c")).toEqual(["unknown", ["c"]]);
  expect(await of("c", "b")).toEqual(["no", ["c", "b"]]);
  expect(await of("e")).toEqual(["yes", []]); // of another family
});

test("the note says whose family it is, and the way out", async () => {
  await family(["a", "no"]);
  const props = { visitId: "v1", student: await own(), visitedOn: "", waits: true };
  const said = (more = {}): string =>
    mount(ConsentNote, { props: { ...props, ...more }, global: inApp(makeApp()) }).text();
  expect(said()).toContain("不可记：家长不同意记录");
  expect(said()).not.toContain("各记一次");
  expect(said({ beside: true })).toContain("不可记：学生a的家长不同意记录");
  expect(said({ beside: true })).toContain("点掉学生a，各记一次");
});
