import { beforeEach, describe, expect, test } from "vitest";
import type { RowChange, Scope } from "#worker/api/wire.ts";
import { takeOutcomes } from "#worker/store/custody.ts";
import { openConflicts } from "#worker/store/conflicts.ts";
import { acknowledge, mergeVisits, notDuplicates, resolveConflicts } from "#worker/store/decisions.ts";
import { newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { attention, homeCounts, myRecords, sendState } from "#worker/store/mine.ts";
import { keepPhoto, updatePhoto } from "#worker/store/photos.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { classes, searchStudents, siblings, studentPage, students, visitRecords } from "#worker/store/records.ts";
import type { Values } from "#worker/store/types.ts";
import { applied, answer } from "./support/school.ts";
import { finishVisit, ME, picture, signedIn } from "./support/phone.ts";

const CLASS: Scope = "class:c1";
const OWN: Scope = `self:${ME}`;

let seq = 0;

async function pulled(...rows: [Scope, string, string, Values, number?][]): Promise<void> {
  const changes = rows.map<RowChange>(([scope, kind, id, row, rev]) => {
    seq += 1;
    return { scope, kind, id, rev: rev ?? 1, seq, op: "put", row: { id, ...row } };
  });
  const scopes = Object.fromEntries(changes.map((each) => [each.scope, { cursor: seq, more: false }]));
  await keepPull(ME, await reading(ME), answer({ changes, scopes }));
}

const student = (id: string, name: string, pinyin: string, initials: string): [Scope, string, string, Values] => [
  CLASS,
  "student",
  id,
  { name, pinyin, initials, class_id: "c1", household_id: `h-${id}` },
];

beforeEach(async () => {
  seq = 0;
  await signedIn();
  await pulled(
    ["school:s1", "class", "c1", { name: "七年级1班", grade: 7 }],
    ["school:s1", "class", "c2", { name: "七年级2班", grade: 7 }],
    student("st1", "张三", "zhang san", "zs"),
    student("st2", "李四光", "li si guang", "lsg"),
    student("st3", "阿依古丽", "a yi gu li", "aygl"),
  );
});

const states = async (): Promise<string[]> => (await students(ME, "c1")).map((each) => `${each.name} ${each.state}`);

describe("the class and its students", () => {
  test("only the person's own classes are listed", async () => {
    expect(await classes(ME)).toEqual([{ id: "c1", name: "七年级1班", grade: 7 }]);
  });

  test("in order of pinyin, each with the nearest that a visit came", async () => {
    await pulled(
      [CLASS, "visit", "v1", { student_id: "st1", visit_form: "phone", visit_result: "done" }],
      [CLASS, "visit", "v2", { student_id: "st1", visit_form: "home", visit_result: "done" }],
      [CLASS, "visit", "v3", { student_id: "st2", visit_form: "home", visit_result: "declined" }],
      [CLASS, "visit", "v4", { student_id: "st3", visit_form: "home", visit_result: "done", void_reason: "写错了人" }],
    );
    expect(await states()).toEqual(["阿依古丽 未访", "李四光 婉拒", "张三 登门"]);
  });

  test("own visits count before they are sent, and for the same household's other children", async () => {
    await finishVisit({ student_id: "st2", also_for: ["st3"], visit_form: "phone", visit_result: "done" });
    expect(await states()).toEqual(["阿依古丽 其他方式", "李四光 其他方式", "张三 未访"]);
  });

  test("a visit to another class's child counts for the brother or sister here, and names nobody of that class", async () => {
    const theirs = {
      student_id: "st-of-c9",
      class_id: "c9",
      also_for: ["st3"],
      visit_form: "home",
      visit_result: "done",
    };
    await pulled([CLASS, "visit", "v9", theirs]);
    expect(await states()).toEqual(["阿依古丽 登门", "李四光 未访", "张三 未访"]);
    const [visit] = (await studentPage(ME, "st3"))?.visits ?? [];
    expect([visit?.id, visit?.studentName]).toEqual(["v9", ""]);
    expect(await studentPage(ME, "st-of-c9")).toBeNull();
  });

  test("the other children of a household, of whatever class", async () => {
    await pulled([
      "class:c2",
      "student",
      "st9",
      { name: "张小小", pinyin: "zhang xiao xiao", class_id: "c2", household_id: "h-st1" },
    ]);
    const [one] = await searchStudents(ME, "张三");
    const [alone] = await searchStudents(ME, "李");
    if (!one || !alone) throw new Error("not found");
    expect((await siblings(ME, one)).map((each) => `${each.name} ${each.classId}`)).toEqual(["张小小 c2"]);
    expect(await siblings(ME, alone)).toEqual([]);
  });

  test.each([
    ["zs", ["张三"]],
    ["ZhangS", ["张三"]],
    ["张", ["张三"]],
    ["四", ["李四光"]],
    ["guang", ["李四光"]],
    ["guli", ["阿依古丽"]],
    ["x", []],
  ])("%s finds %j", async (query, names) => {
    expect((await searchStudents(ME, query)).map((each) => each.name)).toEqual(names);
  });

  test("a student's page shows the visits newest first, own ones on top of their rows", async () => {
    await pulled(
      [CLASS, "visit", "v1", { student_id: "st1", visit_date: "2026-04-01" }],
      [CLASS, "guardian", "g1", { student_id: "st1", phone: "139" }],
      [CLASS, "guardian", "g2", { student_id: "st2", phone: "138" }],
    );
    const [edit] = await finishVisit({ visit_date: "2026-09-30" });
    const page = await studentPage(ME, "st1");
    expect(page?.visits.map((each) => [each.id, each.state])).toEqual([
      [edit?.visitId, "待上传"],
      ["v1", null],
    ]);
    expect(page?.guardians.map((each) => each["phone"])).toEqual(["139"]);
    expect(await studentPage(ME, "nobody")).toBeNull();
  });
});

describe("the four words", () => {
  const stateAfter = async (outcome: Parameters<typeof applied>[1], row?: Values): Promise<unknown> => {
    const [edit] = await finishVisit();
    const id = edit?.visitId ?? "";
    await takeOutcomes(ME, [applied(edit?.id ?? "", outcome)]);
    if (row) await pulled([OWN, "visit", id, row]);
    return sendState(ME, id);
  };

  test("草稿, then 待上传", async () => {
    const draft = newDraft(ME, "c1", { student_id: "st1" });
    await putDraft(draft);
    expect(await sendState(ME, draft.id)).toBe("草稿");
    await finishDraft(ME, draft.id);
    expect(await sendState(ME, draft.id)).toBe("待上传");
  });

  test.each([
    ["applied", "已送达"],
    ["conflict", "已送达"],
    ["held", "待上传"],
    ["quarantined", "需处理"],
    ["returned", "需处理"],
  ] as const)("%s is %s", async (status, word) => {
    const row = status === "returned" ? { student_id: "st1" } : undefined; // what was returned is laid on nothing
    expect(await stateAfter({ status }, row)).toBe(word);
  });

  test("待上传 while a photo is missing, on this phone or at the school", async () => {
    expect(await stateAfter({}, { missing_photos: ["aa"] })).toBe("待上传");
    const draft = newDraft(ME, "c1", { photos: ["bb"] });
    await keepPhoto(ME, draft.id, picture("bb"));
    await putDraft(draft);
    const [edit] = await finishDraft(ME, draft.id);
    await takeOutcomes(ME, [applied(edit?.id ?? "")]);
    expect(await sendState(ME, draft.id)).toBe("待上传");
    await updatePhoto(ME, "bb", { state: "delivered" });
    expect(await sendState(ME, draft.id)).toBe("已送达");
    await updatePhoto(ME, "bb", { state: "refused" });
    expect(await sendState(ME, draft.id)).toBe("需处理");
  });

  test("需处理 with an own open conflict, and none of one's business with another's", async () => {
    const [edit] = await finishVisit();
    const id = edit?.visitId ?? "";
    await takeOutcomes(ME, [applied(edit?.id ?? "")]);
    const conflict = { record: `visit:${id}`, field: "at_home", status: "open" };
    await pulled([OWN, "visit", id, {}], [OWN, "conflict", "k1", { ...conflict, owner: "other" }]);
    expect(await sendState(ME, id)).toBe("已送达");
    await pulled([OWN, "conflict", "k2", { ...conflict, owner: ME }]);
    expect(await sendState(ME, id)).toBe("需处理");
    await pulled([OWN, "conflict", "k2", { ...conflict, owner: ME, status: "settled" }, 2]);
    expect(await sendState(ME, id)).toBe("已送达");
  });

  test("我的记录 holds what one took part in, not every visit of the class", async () => {
    await pulled([CLASS, "visit", "v1", { student_id: "st1" }], [OWN, "visit", "v2", { student_id: "st2" }]);
    expect((await myRecords(ME)).map((each) => [each.id, each.studentName])).toEqual([["v2", "李四光"]]);
  });

  test("a visit merged into another is shown as that one", async () => {
    const [edit] = await finishVisit();
    const lost = edit?.visitId ?? "";
    await takeOutcomes(ME, [applied(edit?.id ?? "")]);
    await pulled([OWN, "visit", lost, { merged_into: "v9" }, 2], [OWN, "visit", "v9", { student_id: "st1" }]);
    expect((await myRecords(ME)).map((each) => each.id)).toEqual(["v9"]);
    expect(await sendState(ME, lost)).toBe("已送达");
    expect((await visitRecords(ME, lost))[0]?.ref).toBe("visit:v9");
  });
});

describe("a draft of a visit that was merged into another meanwhile", () => {
  const record = { student_id: "st1", class_id: "c1", visit_date: "2026-09-30" };

  async function write(visitId: string, at_home: string): Promise<void> {
    const draft = await openVisit(ME, visitId);
    const visit = { ...draft.values[`visit:${visitId}`], at_home };
    await putDraft({ ...draft, values: { ...draft.values, [`visit:${visitId}`]: visit } });
  }

  /** Handed in, opened again, and merged by a colleague while words were written beside it. */
  async function mergedBeneath(consent: Values = { may_record: "yes" }): Promise<string> {
    await pulled([CLASS, "student", "st1", { name: "张三", class_id: "c1", ...consent }]);
    const [edit] = await finishVisit();
    const lost = edit?.visitId ?? "";
    await takeOutcomes(ME, [applied(edit?.id ?? "")]);
    await pulled([OWN, "visit", lost, record], [OWN, "visit", "w", record]);
    await write(lost, "还没交的话");
    await pulled([OWN, "visit", lost, { merged_into: "w" }, 2]);
    return lost;
  }

  const mine = async (): Promise<Record<string, unknown>> =>
    Object.fromEntries((await myRecords(ME)).map((each) => [each.id, each.state]));

  test.each(["yes", "unknown"])(
    "is 草稿 by itself, and the other one stands as it does (consent: %s)",
    async (said) => {
      const lost = await mergedBeneath({ may_record: said });
      expect(await mine()).toEqual({ [lost]: "草稿", w: "已送达" });
      expect([await sendState(ME, lost), await sendState(ME, "w")]).toEqual(["草稿", "已送达"]);
      expect((await studentPage(ME, "st1"))?.student.pending).toBe("草稿");
      expect((await openVisit(ME, lost)).values[`visit:${lost}`]?.["at_home"]).toBe("还没交的话");
    },
  );

  test("hides no draft of the other one, and is hidden by none", async () => {
    const lost = await mergedBeneath();
    await write("w", "另一份");
    expect(await mine()).toEqual({ [lost]: "草稿", w: "草稿" });
    expect((await homeCounts(ME)).drafts).toBe(2);
  });

  test("is handed in under its own id, which the school follows, and then the other one is on its way", async () => {
    const lost = await mergedBeneath();
    const [edit] = await finishDraft(ME, lost);
    expect(edit).toMatchObject({ record: `visit:${lost}`, edit: { changes: { at_home: { new: "还没交的话" } } } });
    expect(await mine()).toEqual({ w: "待上传" });
    expect([await sendState(ME, lost), await sendState(ME, "w")]).toEqual(["待上传", "待上传"]);
    await takeOutcomes(ME, [applied(edit?.id ?? "", { rev: 3 })]);
    expect(await mine()).toEqual({ w: "已送达" });
  });
});

describe("需处理", () => {
  const CONFLICT = {
    record: "visit:v1",
    field: "at_home",
    base: null,
    head: { value: "他的", rev: 4, by: "other" },
    alternative: { value: "我的", edit: "e", by: ME, made_at: "2026-09-30T20:00:00+08:00" },
    status: "open",
    owner: ME,
  };

  test("a conflict is settled with the rev that was looked at, and leaves the list while that is on its way", async () => {
    await pulled([OWN, "visit", "v1", { student_id: "st1", class_id: "c1" }, 4], [OWN, "conflict", "k1", CONFLICT]);
    const [found] = await attention(ME);
    const [conflict] = found?.type === "conflicts" ? found.conflicts : [];
    if (!conflict) throw new Error("no conflict");
    expect(conflict).toMatchObject({
      own: true,
      studentName: "张三",
      alternative: { value: "我的" },
    });
    await pulled([OWN, "visit", "v1", { student_id: "st1" }, 6]); // others write on while the teacher thinks
    const [decision] = await resolveConflicts(ME, "v1", [{ conflict, choice: "written", value: "两人的" }]);
    expect(decision?.edit).toMatchObject({
      record: "conflict:k1",
      op: "resolve",
      args: { seen_rev: 4, choice: "written", value: "两人的" },
    });
    expect(await attention(ME)).toEqual([]);
    expect((await openConflicts(ME))[0]?.settling).toBe(true);
    expect(await sendState(ME, "v1")).toBe("需处理");
  });

  test("a pull cut between the visit and its conflict: a decision says it has seen the side it showed, not the newer one", async () => {
    await pulled([OWN, "visit", "v1", { student_id: "st1", at_home: "他的" }, 4], [OWN, "conflict", "k1", CONFLICT]);
    await pulled([OWN, "visit", "v1", { student_id: "st1", at_home: "他后来的" }, 7]); // the conflict's row has not come
    const [conflict] = await openConflicts(ME);
    if (!conflict) throw new Error("no conflict");
    expect(conflict.head.value).toBe("他的");
    const [decision] = await resolveConflicts(ME, "v1", [{ conflict, choice: "alternative", value: null }]);
    expect(decision?.edit.args["seen_rev"]).toBe(4);
  });

  test("a returned edit is shown with its reason until it was read", async () => {
    const [edit] = await finishVisit();
    await takeOutcomes(ME, [applied(edit?.id ?? "", { status: "quarantined", rev: null, reason: "not_yours" })]);
    expect(await attention(ME)).toMatchObject([{ type: "quarantined", reason: "not_yours", studentName: "张三" }]);
    await pulled([OWN, "edit", edit?.id ?? "", { status: "returned", reason: "请补充日期" }]);
    expect(await attention(ME)).toMatchObject([{ type: "returned", reason: "请补充日期" }]);
    await acknowledge(ME, edit?.id ?? "");
    expect(await attention(ME)).toEqual([]);
  });

  test("two visits that look like one are offered once, and merged or kept apart by an edit", async () => {
    await pulled([OWN, "visit", "v1", { student_id: "st1", possible_duplicates: ["v2"] }]);
    expect(await attention(ME)).toMatchObject([{ type: "duplicate", visitId: "v1", otherId: "v2" }]);
    const merge = await mergeVisits(ME, "v1", "v2");
    expect(merge.edit).toMatchObject({ record: "visit:v1", op: "merge", args: { into: "v2" } });
    const apart = await notDuplicates(ME, "v1", "v2");
    expect(apart.edit.members).toEqual({ not_duplicate_of: { add: ["v2"], remove: [] } });
    expect(apart.edit.after).toBe(merge.id);
    expect(await attention(ME)).toEqual([]);
  });
});

test("今天 counts what waits, without reading a photo's bytes", async () => {
  const draft = newDraft(ME, "c1", { student_id: "st1", photos: ["aa"] });
  await keepPhoto(ME, draft.id, picture("aa", 1_234));
  await putDraft(draft);
  await finishDraft(ME, draft.id);
  await putDraft(newDraft(ME, "c1", {}));
  expect(await homeCounts(ME)).toEqual({
    waitingEdits: 1,
    waitingPhotos: 1,
    waitingBytes: 1_234,
    waitingVisits: 1,
    unsentVisits: 1,
    needAction: 0,
    drafts: 1,
    lastDelivery: null,
  });
});

test("what the school would not take waits for the teacher, not for a signal, and is unsent all the same", async () => {
  const draft = newDraft(ME, "c1", { student_id: "st1", photos: ["aa"] });
  await keepPhoto(ME, draft.id, picture("aa", 1_234));
  await putDraft(draft);
  const edits = await finishDraft(ME, draft.id);
  await takeOutcomes(
    ME,
    edits.map((edit) => applied(edit.id)),
    null,
  );
  await updatePhoto(ME, "aa", { state: "refused" });
  expect(await homeCounts(ME)).toMatchObject({ waitingVisits: 0, unsentVisits: 1, needAction: 1 });
});

test("a visit opened again shows the records as they are, and its edits say what the form showed", async () => {
  await pulled([CLASS, "visit", "v1", { student_id: "st1", at_home: "旧" }, 3]);
  const draft = await putDraft(await openVisit(ME, "v1"));
  await pulled([CLASS, "visit", "v1", { student_id: "st1", at_home: "别人改过" }, 4]); // pulled meanwhile
  await putDraft({ ...draft, values: { ...draft.values, "visit:v1": { ...draft.values["visit:v1"], at_home: "新" } } });
  const [edit] = await finishDraft(ME, "v1");
  expect(edit?.edit.changes).toEqual({ at_home: { old: "旧", new: "新" } });
});
