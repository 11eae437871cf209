/** A family was erased: what the phone held of it goes, and nothing of any other family. */
import { beforeEach, describe, expect, test } from "vitest";
import type { RowChange, ScopeAnswer } from "#worker/api/wire.ts";
import { listDrafts, newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { takeOutcomes } from "#worker/store/custody.ts";
import { dropFarewells, farewells } from "#worker/store/farewell.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { bytes, keepPhoto, photosOf, updatePhoto } from "#worker/store/photos.ts";
import { forgetMerged } from "#worker/store/erasing.ts";
import { myRecords } from "#worker/store/mine.ts";
import { sentLog } from "#worker/store/queue.ts";
import type { Draft, Values } from "#worker/store/types.ts";
import { answer, applied, bodyOf, json, school } from "./support/school.ts";
import { ME, picture, round, signedIn } from "./support/phone.ts";

const P = "a".repeat(64);

beforeEach(async () => {
  await signedIn();
});

async function write(student: string): Promise<Draft> {
  const draft = newDraft(ME, "c1", { student_id: student, photos: [P] });
  await keepPhoto(ME, draft.id, picture(P));
  return putDraft(draft);
}

/** Hand it in; resolves with its edit's id. */
async function handIn({ id }: Draft): Promise<string> {
  return (await finishDraft(ME, id))[0]?.id ?? "";
}

const eraseBy = (edit: string): Promise<unknown> => takeOutcomes(ME, [applied(edit, { status: "erased", rev: null })]);

const cards = async (): Promise<unknown[]> => (await photosOf(ME)).map(({ visitId, state }) => ({ visitId, state }));
const isHere = async (): Promise<boolean> => (await bytes(ME, P)) !== undefined;

describe("a picture in the records of an erased family", () => {
  test("goes with them", async () => {
    await eraseBy(await handIn(await write("st1")));
    expect([await cards(), await isHere()]).toEqual([[], false]);
  });

  test("stays and is sent where another visit has it as well", async () => {
    const other = await write("st2");
    const otherEdit = await handIn(other);
    const edit = await handIn(await write("st1"));
    await eraseBy(edit);
    expect([await cards(), await isHere()]).toEqual([[{ visitId: other.id, state: "waiting" }], true]);
    await eraseBy(otherEdit);
    expect([await cards(), await isHere()]).toEqual([[], false]);
  });

  test("stays for the draft that has it as well, and is not sent before that is handed in", async () => {
    const edit = await handIn(await write("st1"));
    const other = await write("st2");
    await eraseBy(edit);
    expect([await cards(), await isHere()]).toEqual([[{ visitId: other.id, state: "draft" }], true]);
    await handIn(other);
    expect(await cards()).toEqual([{ visitId: other.id, state: "waiting" }]);
  });

  test("stays where it was delivered, and only one of its visits left this person's classes", async () => {
    const other = await write("st2");
    await handIn(other);
    const lost = await write("st1");
    await handIn(lost);
    await updatePhoto(ME, P, { state: "delivered" });
    await forgetMerged(ME, [`visit:${lost.id}`]);
    expect([await cards(), await isHere()]).toEqual([[{ visitId: other.id, state: "delivered" }], true]);
  });
});

describe("a visit of the class that this person took no part in", () => {
  const scope = "class:c1" as const;
  const own = `self:${ME}` as const;
  const visit = { id: "v", student_id: "st1", visit_date: "2026-09-01", author_id: "x" };
  const put = (kind: string, id: string, seq: number, row: Values, rev = 1): RowChange => ({
    ...{ scope, kind, id, rev, seq, op: "put", row },
  });
  const remove = (kind: string, id: string, seq: number): RowChange => ({
    ...{ scope, kind, id, rev: 2, seq, op: "remove" },
  });

  /** One round that brings these rows; edits are answered with `status`. */
  async function hear(changes: readonly RowChange[], status: "applied" | "quarantined" = "applied"): Promise<void> {
    const merged = { rev: status === "applied" ? 2 : null };
    school((call) => {
      const { edits = [], pull } = bodyOf(call);
      const page = (of: "class:c1" | typeof own): ScopeAnswer => {
        const seqs = changes.filter((each) => each.scope === of).map((each) => each.seq);
        return { cursor: Math.max(...seqs, pull?.scopes[of] ?? 1), more: false, reset: pull?.scopes[of] === undefined };
      };
      const outcomes = edits.map((each) => applied(each.id, { status, ...merged }));
      return json(answer({ outcomes, changes: [...changes], scopes: { [scope]: page(scope), [own]: page(own) } }));
    });
    await round();
  }

  /** Add words to it, and open it again. */
  async function write(status: "applied" | "quarantined"): Promise<string> {
    await hear([
      put("student", "st1", 1, { id: "st1", name: "王小明", may_record: "yes" }),
      put("visit", "v", 2, visit),
    ]);
    const draft = await openVisit(ME, "v");
    await putDraft({ ...draft, values: { ...draft.values, "visit:v": { ...visit, at_home: "家里的秘密" } } });
    const [edit] = await finishDraft(ME, "v");
    await hear(status === "applied" ? [put("visit", "v", 3, { ...visit, at_home: "家里的秘密" }, 2)] : [], status);
    return edit?.id ?? "";
  }

  const mine = async (): Promise<unknown[]> => (await myRecords(ME)).map((each) => [each.id, each.state]);

  test("is in 我的记录 no more once it left the class, and none of its words are kept", async () => {
    await write("applied");
    expect(await mine()).toEqual([["v", "已送达"]]);
    await hear([remove("visit", "v", 4), remove("student", "st1", 5)]);
    expect([await mine(), await sentLog(ME)]).toEqual([[], []]);
  });

  test("stays there while another class of the person has it", async () => {
    await write("applied");
    await hear([{ ...put("visit", "v", 6, visit, 2), scope: own }, remove("visit", "v", 4)]);
    expect([await mine(), (await sentLog(ME)).length]).toEqual([[["v", "已送达"]], 1]);
  });

  test("keeps the words that the office still has, until the school says that the family was erased", async () => {
    const id = await write("quarantined");
    await hear([remove("visit", "v", 4)]);
    expect((await sentLog(ME)).length).toBe(1);
    await putDraft(await openVisit(ME, "v"));
    expect(await farewells(ME)).toBe(0);
    const row = { id, record: "visit:v", status: "erased" };
    await hear([{ ...put("edit", id, 6, row), scope: own }]);
    expect([await sentLog(ME), await listDrafts(ME), await mine()]).toEqual([[], [], []]);
    await hear([{ ...put("edit", id, 7, row), scope: own }]);
    expect(await farewells(ME)).toBe(1); // of the draft, and once
    await dropFarewells(ME);
    expect(await farewells(ME)).toBe(0);
  });
});

describe("a draft of whoever never wrote on the record of a family", () => {
  /** One round in which the child leaves the class; `row` as the school says it. */
  async function leaves(student: string, row?: Values): Promise<void> {
    const scope = "class:c1" as const;
    school((call) => {
      const reset = bodyOf(call).pull?.scopes[scope] === undefined;
      const gone = { scope, kind: "student", id: student, rev: 2, seq: 1, op: "remove" as const, ...(row && { row }) };
      return json(answer({ changes: [gone], scopes: { [scope]: { cursor: 1, more: false, reset } } }));
    });
    await round();
  }

  test("goes with the erased family, its picture too, and is told of once", async () => {
    await write("st1");
    const other = await putDraft(newDraft(ME, "c1", { student_id: "st2", also_for: ["st1"] }));
    await leaves("st1", { erased: true });
    expect((await listDrafts(ME)).map((each) => each.id)).toEqual([other.id]);
    expect([await cards(), await isHere(), await farewells(ME)]).toEqual([[], false, 1]);
    await leaves("st1", { erased: true });
    expect(await farewells(ME)).toBe(1);
  });

  test("goes where it is about a colleague's visit, and not where another child was only chosen there", async () => {
    const opened: Values = { student_id: "st1", at_home: "话" };
    const visit = (id: string, was: Values): Draft => ({
      ...newDraft(ME, "c1", { student_id: "st1" }),
      ...{ id, opened: { [`visit:${id}`]: was }, values: { [`visit:${id}`]: { ...opened, issues: "作业" } } },
    });
    await putDraft(visit("v1", opened));
    await putDraft(visit("v2", { student_id: "st2" }));
    await leaves("st1", { erased: true });
    expect((await listDrafts(ME)).map((each) => each.id)).toEqual(["v2"]);
  });

  test("stays where the child only left the class", async () => {
    await write("st1");
    await leaves("st1");
    expect([(await listDrafts(ME)).length, await isHere(), await farewells(ME)]).toEqual([1, true, 0]);
  });
});
