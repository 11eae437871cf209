import { describe, expect, test } from "vitest";
import type { RowChange, Scope, ScopeAnswer } from "#worker/api/wire.ts";
import { sendLogAgain } from "#worker/store/custody.ts";
import { writeRecords } from "#worker/store/db.ts";
import { cursorsOf, keepPull, reading, restartReading } from "#worker/store/pulled.ts";
import { textOf } from "#worker/store/view.ts";
import { classes, rowsOf, shown, students } from "#worker/store/records.ts";
import { sentLog } from "#worker/store/queue.ts";
import { answer, applied, bodyOf, json, school, taking, type Call } from "./support/school.ts";
import { finishVisit, ME, round, sentIds, signedIn, waitingIds } from "./support/phone.ts";

const SCOPE: Scope = "class:c1";

const put = (
  id: string,
  seq: number,
  row: RowChange["row"] = {},
  scope: Scope = SCOPE,
  kind = "student",
): RowChange => ({
  ...{ scope, kind, id, rev: seq, seq, op: "put" },
  row: { id, ...row },
});

const at = (cursor: number, part: Partial<ScopeAnswer> = {}): Record<Scope, ScopeAnswer> => ({
  [SCOPE]: { cursor, more: false, reset: false, ...part },
});

const pullOf = async (changes: RowChange[], scopes: Record<Scope, ScopeAnswer>): Promise<void> => {
  await keepPull(ME, await reading(ME), answer({ changes, scopes }));
};

const taken = (call: Call, epoch: string): Response =>
  json(answer({ epoch, outcomes: (bodyOf(call).edits ?? []).map((each) => applied(each.id)) }));

const rowIds = async (): Promise<string[]> =>
  (await rowsOf(ME, "student")).map((each) => textOf(each, "id") ?? "").sort();

describe("pulling", () => {
  test("asks without scopes at first, then on from every cursor until nothing more waits", async () => {
    await signedIn();
    const pages = [
      answer({ scopes: at(2, { more: true }), changes: [put("a", 1), put("b", 2)] }),
      answer({ scopes: at(3, { digest: { n: 3, seqs: "6" } }), changes: [put("c", 3)] }),
    ];
    const calls = school(() => json(pages.shift()));
    expect((await round()).stop).toBeNull();
    expect(calls.map((call) => bodyOf(call).pull)).toEqual([
      { limit: 500, scopes: {} },
      { limit: 500, scopes: { [SCOPE]: 2 } },
    ]);
    expect(calls.map((call) => bodyOf(call).epoch)).toEqual([null, "e1"]);
    expect(await rowIds()).toEqual(["a", "b", "c"]);
  });

  test("removes rows, and takes a row's newest form", async () => {
    await pullOf([put("a", 1), put("b", 2, { name: "旧" })], at(2));
    await pullOf([{ ...put("a", 3), op: "remove" }, put("b", 4, { name: "新" })], at(4));
    expect(await rowsOf(ME, "student")).toEqual([{ id: "b", name: "新" }]);
  });

  test("a cursor never moves backwards unless the answer says reset", async () => {
    await pullOf([put("a", 5)], at(5));
    await pullOf([put("a", 3, { name: "老" })], at(3));
    expect((await cursorsOf(ME))[0]?.cursor).toBe(5);
    expect((await shown(ME, "student:a")).values["name"]).toBeUndefined();
    await pullOf([put("z", 1)], at(1, { reset: true }));
    expect((await cursorsOf(ME))[0]?.cursor).toBe(1);
    expect(await rowIds()).toEqual(["z"]);
  });

  test("an answer to a question that another tab has overtaken by a fresh start is left out", async () => {
    await pullOf([put("a", 5)], at(5));
    const asked = await reading(ME);
    await pullOf([put("a", 1)], at(1, { reset: true, more: true }));
    await keepPull(ME, asked, answer({ changes: [put("b", 6)], scopes: at(6) }));
    expect((await cursorsOf(ME))[0]?.cursor).toBe(1);
    expect(await rowIds()).toEqual(["a"]);
  });

  test("a digest that does not match empties that scope and reads it again", async () => {
    await signedIn();
    await pullOf([put("a", 1), put("b", 2)], at(2));
    await writeRecords(["rows"], (tx) => tx.objectStore("rows").delete([ME, SCOPE, "student", "b"])); // lost, somehow
    const digest = { n: 2, seqs: "3" };
    const calls = school((call) => {
      const known = bodyOf(call).pull?.scopes[SCOPE] ?? 0;
      return json(answer({ scopes: at(2, { digest }), changes: known === 0 ? [put("a", 1), put("b", 2)] : [] }));
    });
    // The digest was never checked before, so the loss is noticed at the next full pull.
    const { tally } = await round();
    expect(calls).toHaveLength(2);
    expect(await rowIds()).toEqual(["a", "b"]);
    expect(tally.connection).toBe("ok");
  });

  test("a digest that never matches is read again once, and the rows stay", async () => {
    await signedIn();
    const digest = { n: 9, seqs: "99" };
    const calls = school(() => json(answer({ scopes: at(2, { digest }), changes: [put("a", 1), put("b", 2)] })));
    expect((await round()).stop).toBeNull();
    expect(calls).toHaveLength(2);
    expect(await rowIds()).toEqual(["a", "b"]);
  });

  test("another epoch: the sent log goes again before anything is read", async () => {
    await signedIn();
    const [edit] = await finishVisit({ at_home: "爱读书" });
    school((call) =>
      json({
        ...answer({
          outcomes: (bodyOf(call).edits ?? []).map((each) => applied(each.id, { rev: 3 })),
          scopes: at(2),
          changes: [put("st1", 2)],
        }),
      }),
    );
    await round();
    const calls = school((call) => {
      const body = bodyOf(call);
      if (body.epoch === "e1") return json(answer({ epoch: "e2", pull: "restart" }));
      const outcomes = (body.edits ?? []).map((each) => applied(each.id, { rev: 1 }));
      return json(answer({ epoch: "e2", outcomes, scopes: at(7), changes: [put("st9", 7)] }));
    });
    expect((await round()).stop).toBeNull();
    expect(bodyOf(calls[1] ?? never()).edits).toEqual([edit?.edit]);
    expect(bodyOf(calls[1] ?? never()).pull).toEqual({ limit: 500, scopes: {} });
    expect(await sentLog(ME)).toMatchObject([{ id: edit?.id, rev: 1, again: false }]);
    expect((await reading(ME)).epoch).toBe("e2");
    expect(await rowIds()).toEqual(["st9"]);
  });

  test("signed out: outcomes count, nothing is read, what was read stays", async () => {
    await signedIn();
    await pullOf([put("a", 1)], at(1));
    const ids = (await finishVisit()).map((each) => each.id);
    const calls = school((call) =>
      json(answer({ pull: "signed_out", outcomes: (bodyOf(call).edits ?? []).map((each) => applied(each.id)) })),
    );
    expect((await round()).stop?.connection).toBe("signed_out");
    expect(calls).toHaveLength(1);
    expect(await sentIds()).toEqual(ids);
    expect(await rowIds()).toEqual(["a"]);
  });
});

describe("a duty that ended", () => {
  const held = { ...at(2), [`self:${ME}`]: { cursor: 2, more: false } };

  test("its rows and what was sent about them go, once the phone's own edits are in custody", async () => {
    await signedIn();
    const [edit] = await finishVisit({ at_home: "安静" });
    const ref = edit?.record ?? "visit:";
    await pullOf(
      [
        put("st1", 1, { class_id: "c1" }),
        put(ref.slice(6), 2, { class_id: "c1" }, SCOPE, "visit"),
        put("c1", 1, { name: "七年级1班" }, `school:s1`, "class"),
      ],
      {
        ...held,
        "school:s1": { cursor: 1, more: false },
      },
    );
    expect((await classes(ME)).map((each) => each.name)).toEqual(["七年级1班"]);
    // Turned away for now: the duty is gone, the words are still here and so are the rows they were written on.
    school((call) => (bodyOf(call).edits ? json({ error: "x" }, 422) : json(answer({ revoked: [SCOPE] }))));
    await round();
    expect(await waitingIds()).toEqual([edit?.id]);
    expect(await students(ME, "c1")).toHaveLength(1);
    expect(await classes(ME)).toEqual([]);
    const { endPauses } = await import("#worker/store/custody.ts");
    await endPauses(ME);
    const calls = school(taking);
    await round();
    expect(bodyOf(calls[0] ?? never()).pull?.scopes).toEqual({ [`self:${ME}`]: 2, "school:s1": 1 });
    expect(await students(ME, "c1")).toEqual([]);
    expect(await sentIds()).toEqual([]);
  });

  test("what the school has not merged stays: given back later, it is nowhere else", async () => {
    await signedIn();
    const [edit] = await finishVisit({ at_home: "安静" });
    const kept = { status: "quarantined", rev: null, reason: "not_yours", case: "k" } as const;
    await pullOf([put("st1", 1, { class_id: "c1" })], held);
    school((call) => {
      const outcomes = (bodyOf(call).edits ?? []).map((each) => applied(each.id, kept));
      return json(answer({ outcomes, revoked: [SCOPE] }));
    });
    await round();
    await round();
    expect(await students(ME, "c1")).toEqual([]);
    expect(await sentIds()).toEqual([edit?.id]);
  });

  test("what the person took part in stays, for it stands in their own scope too", async () => {
    await signedIn();
    const [edit] = await finishVisit();
    school(taking);
    await round();
    const id = edit?.visitId ?? "";
    await pullOf([put(id, 1, {}, SCOPE, "visit"), put(id, 2, {}, `self:${ME}`, "visit")], held);
    school(() => json(answer({ revoked: [SCOPE] })));
    await round();
    expect(await sentIds()).toEqual([edit?.id]);
    expect((await shown(ME, `visit:${id}`)).rev).toBe(2);
  });

  test("granted again, the class arrives from nothing", async () => {
    await pullOf([put("a", 1), put("b", 2)], at(2));
    await keepPull(ME, await reading(ME), answer({ revoked: [SCOPE] }));
    await pullOf([put("b", 2)], at(2));
    expect(await rowIds()).toEqual(["b"]);
    expect((await cursorsOf(ME))[0]?.revoked).toBe(false);
  });
});

test("an erased family leaves no copy on the phone", async () => {
  await signedIn();
  const [edit] = await finishVisit({ at_home: "会被删去" });
  school(taking);
  await round();
  const own: Scope = `self:${ME}`;
  const id = edit?.visitId ?? "";
  await pullOf([put(id, 1, {}, own, "visit")], { [own]: { cursor: 1, more: false } });
  const remove: RowChange = { scope: own, kind: "visit", id, rev: 2, seq: 2, op: "remove" };
  school(() => json(answer({ scopes: { [own]: { cursor: 2, more: false } }, changes: [remove] })));
  await round();
  expect(await sentIds()).toEqual([]);
  expect((await shown(ME, `visit:${id}`)).values).toEqual({});
});

test("an edit that was only kept leaves no copy either, once its row says that the family was erased", async () => {
  await signedIn();
  const [edit] = await finishVisit({ at_home: "会被删去" });
  school((call) =>
    json(
      answer({
        outcomes: (bodyOf(call).edits ?? []).map((each) => applied(each.id, { status: "quarantined", rev: null })),
      }),
    ),
  );
  await round();
  expect(await sentIds()).toEqual([edit?.id]);
  const own: Scope = `self:${ME}`;
  const row = put(edit?.id ?? "", 1, { record: edit?.record ?? "", status: "erased" }, own, "edit");
  school(() => json(answer({ scopes: { [own]: { cursor: 1, more: false } }, changes: [row] })));
  await round();
  expect(await sentIds()).toEqual([]);
});

test("an answer to a question of before a restore is not believed: what it took goes again", async () => {
  await signedIn();
  await pullOf([], {});
  const [edit] = await finishVisit({ at_home: "爱读书" });
  const calls = school(async (call) => {
    if (calls.length > 1) return taken(call, "e2");
    await sendLogAgain(ME, "e2"); // another tab has learned of the restore while this answer was on its way
    await restartReading(ME, "e2");
    return json(answer({ pull: "signed_out", outcomes: [applied(edit?.id ?? "")] }));
  });
  await round();
  expect(await waitingIds()).toEqual([edit?.id]);
  await round();
  expect(await sentIds()).toEqual([edit?.id]);
  expect((await reading(ME)).epoch).toBe("e2");
});

test("a restart that was cut short is finished before anything else is asked", async () => {
  await signedIn();
  await pullOf([put("a", 1)], at(1));
  await sendLogAgain(ME, "e2"); // and then the phone was killed
  const calls = school(() => json(answer({ epoch: "e2" })));
  await round();
  expect(bodyOf(calls[0] ?? never())).toMatchObject({ epoch: "e2", pull: { scopes: {} } });
  expect(await rowIds()).toEqual([]);
});

function never(): never {
  throw new Error("no such request");
}
