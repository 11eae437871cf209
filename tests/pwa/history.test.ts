import { beforeEach, expect, test } from "vitest";
import { closeStores } from "#worker/store/db.ts";
import { getDraft, newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import type { Version } from "#worker/api/history.ts";
import type { Shown, Values } from "#worker/store/types.ts";
import { bringBack } from "#pwa/history/bring_back.ts";
import { stepsOf } from "#pwa/history/steps.ts";

const shown = (ref: Shown["ref"], values: Values): Shown => ({ ref, values, rev: 3 });
const version = (rev: number, at: string, changes: Version["changes"], of: string | null = null): Version => ({
  merged_from: of,
  merges: false,
  rev,
  at,
  by: "u1",
  changes,
});
const changed = (field: string, old: string | null, now: string | null): Version["changes"][number] => ({
  field,
  old,
  new: now,
});

test("the steps of all records stand in one line of time, newest first", () => {
  const visit = shown("visit:v", { at_home: "先看书" });
  const own = shown("visit_private:v", { child_voice: "想当医生" });
  const steps = stepsOf([
    {
      shown: visit,
      history: {
        more: false,
        settled: [],
        versions: [
          version(2, "2026-10-02T20:00:00+08:00", [changed("at_home", "先写作业", "先看书")]),
          version(1, "2026-10-01T20:00:00+08:00", [changed("at_home", null, "先写作业")]),
        ],
      },
    },
    {
      shown: own,
      history: {
        more: false,
        settled: [],
        versions: [version(1, "2026-10-01T21:00:00+08:00", [changed("child_voice", null, "想当医生")])],
      },
    },
    { shown: shown("reflection:r", {}), history: "gone" },
  ]);
  expect(steps.map((step) => step.key)).toEqual(["visit:v/2", "visit_private:v/1", "visit:v/1"]);
  expect(steps.map((step) => step.begins)).toEqual([false, true, true]);
});

test("an earlier value comes back only where it is another than now, and where it may be written again", () => {
  const visit = shown("visit:v", { at_home: "先写作业", student_id: "s2", issues: "字慢", photos: ["a"] });
  const changes = [
    changed("at_home", "先写作业", "先看书"),
    changed("issues", "常迟到", "字慢"),
    changed("student_id", "s1", "s2"),
    changed("photos", "b", "a"),
    changed("consensus", null, "每天读十分钟"),
  ];
  const [step] = stepsOf([
    {
      shown: visit,
      history: { more: false, settled: [], versions: [version(2, "2026-10-02T20:00:00+08:00", changes)] },
    },
  ]);
  expect(step?.changes.filter((each) => each.back).map((each) => each.field)).toEqual(["issues"]);
});

test("what ties records together, and what was empty before and after, is no change to look at", () => {
  const changes = [changed("visit_id", null, "v"), changed("team_note", null, "")];
  const history = { more: false, settled: [], versions: [version(1, "2026-10-02T20:00:00+08:00", changes)] };
  expect(stepsOf([{ shown: shown("reflection:r", {}), history }])).toEqual([]);
});

test("a settled difference is a step: what was not kept stands there with whose it was, and can come back", () => {
  const settled = [
    {
      merged_from: null,
      id: "c",
      at: "2026-10-03T20:00:00+08:00",
      by: "u1",
      field: "at_home",
      kept: "先看书",
      left: [{ value: "先写作业", by: "u2" }],
    },
    {
      merged_from: null,
      id: "d",
      at: "2026-10-03T20:00:00+08:00",
      by: "u1",
      field: "tickets",
      kept: "x",
      left: [{ value: "y", by: "u2" }],
    },
  ];
  const begun = version(1, "2026-10-01T20:00:00+08:00", [changed("at_home", null, "先看书")]);
  const steps = stepsOf([
    { shown: shown("visit:v", { at_home: "先看书" }), history: { more: false, settled, versions: [begun] } },
  ]);
  expect(steps.map((step) => [step.key, step.settles])).toEqual([
    ["conflict:c", true],
    ["visit:v/1", false],
  ]);
  expect(steps[0]?.changes).toEqual([{ field: "at_home", old: "先写作业", new: "先看书", whose: "u2", back: true }]);
});

test("what was written in a visit that was merged in stands in line as that, and its values can come back too", () => {
  const taken = [changed("issues", null, "字慢"), changed("visitors", "u1", "u1、u2")];
  const steps = stepsOf([
    {
      shown: shown("visit:v", { at_home: "先看书", issues: "字慢" }),
      history: {
        more: false,
        settled: [],
        versions: [
          { ...version(2, "2026-10-03T20:00:00+08:00", taken), merges: true },
          version(3, "2026-10-02T20:00:00+08:00", [changed("at_home", "先写作业", "先看书")], "w"),
          version(2, "2026-10-02T19:00:00+08:00", [changed("void_reason", "写错了人", null)], "w"),
          version(1, "2026-10-01T20:00:00+08:00", [changed("at_home", null, "先写作业")], "w"),
          version(1, "2026-10-01T19:00:00+08:00", [changed("visit_form", null, "home")]),
        ],
      },
    },
  ]);
  expect(steps.map((step) => [step.ref, step.elsewhere, step.merges, step.begins])).toEqual([
    ["visit:v", false, true, false],
    ["visit:v", true, false, false],
    ["visit:v", true, false, false],
    ["visit:v", true, false, true],
    ["visit:v", false, false, true],
  ]);
  expect(steps.map((step) => step.changes[0]?.back)).toEqual([false, true, false, false, false]);
  expect(new Set(steps.map((step) => step.key)).size).toBe(5);
});

beforeEach(() => closeStores(true));

test("a value taken up again joins the draft that is there, and can be let go without losing it", async () => {
  const draft = { ...newDraft("u1", null, { student_id: "s1", at_home: "先看书" }), id: "v" };
  const kept = await putDraft({ ...draft, values: { "visit:v": { at_home: "先看书", issues: "字慢" } } });
  const undo = await bringBack("u1", "v", "visit:v", "at_home", "先写作业");
  expect((await getDraft("u1", "v"))?.values["visit:v"]).toEqual({ at_home: "先写作业", issues: "字慢" });
  await undo();
  expect(await getDraft("u1", "v")).toEqual({ ...kept, revision: 3 });
});

test("without a draft one is begun, and undo leaves none", async () => {
  const undo = await bringBack("u1", "v", "visit:v", "at_home", "先写作业");
  expect((await getDraft("u1", "v"))?.values["visit:v"]).toEqual({ at_home: "先写作业" });
  await undo();
  expect(await getDraft("u1", "v")).toBeUndefined();
});

test("letting an earlier value go again leaves what was written since, and begins nothing anew after the hand-in", async () => {
  const undo = await bringBack("u1", "v", "visit:v", "at_home", "先写作业");
  const draft = await getDraft("u1", "v");
  if (!draft) throw new Error("no draft");
  await putDraft({ ...draft, values: { "visit:v": { ...draft.values["visit:v"], issues: "字慢" } } });
  await undo();
  expect((await getDraft("u1", "v"))?.values["visit:v"]).toEqual({ at_home: null, issues: "字慢" });

  const again = await bringBack("u1", "v", "visit:v", "at_home", "先写作业");
  await finishDraft("u1", "v");
  await again();
  expect(await getDraft("u1", "v")).toBeUndefined();
});
