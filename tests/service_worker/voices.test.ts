import { expect, test } from "vitest";
import type { Values } from "#worker/store/types.ts";
import { writeRecords } from "#worker/store/db.ts";
import { confirmedVisits, familyAnswers, handedCount, outcomes } from "#worker/store/voices.ts";
import { ME, signedIn } from "./support/phone.ts";

async function hold(kind: string, rows: readonly Values[]): Promise<void> {
  await writeRecords(["rows"], async (tx) => {
    for (const [at, row] of rows.entries()) {
      const place = { person: ME, scope: "class:c1", kind, id: row["id"] as string } as const;
      await tx.objectStore("rows").put({ ...place, rev: 1, seq: at + 1, row });
    }
  });
}

const ANSWER = { know_child: "yes", next_form: ["home"], next_time: null, text: "谢谢", confirmed: true };

test("a visit shows what its family said, also after it became part of another visit", async () => {
  await signedIn();
  await hold("visit", [{ id: "v1", merged_into: "v2" }, { id: "v2" }]);
  await hold("feedback", [
    { ...ANSWER, id: "f2", visit_id: "v2", sent_at: "2026-10-16T08:00:00+08:00" },
    { ...ANSWER, id: "f1", visit_id: "v1", by_phone: true, sent_at: "2026-10-15T08:00:00+08:00" },
    { ...ANSWER, id: "f3", visit_id: "v3", sent_at: "2026-10-15T08:00:00+08:00", confirmed: false },
  ]);
  const said = await familyAnswers(ME, "v1");
  expect(said.map((each) => each.id)).toEqual(["f1", "f2"]);
  expect(said[0]).toMatchObject({ text: "谢谢", knows: { know_child: "yes" }, nextForms: ["home"], nextTimes: [] });
  expect(said.map((each) => each.byPhone)).toEqual([true, false]);
  expect([...(await confirmedVisits(ME))]).toEqual(["v2"]);
});

test("an opinion tells how far the school is; one that is not the office's says nothing", async () => {
  await signedIn();
  await hold("outcome", [
    { id: "o1", visit_id: "v1", status: "answered", reply: "已改走东门", replied_on: "2026-10-20" },
    { id: "o2", visit_id: "v1", status: "", reply: "", replied_on: null },
  ]);
  expect([...(await outcomes(ME))]).toEqual([
    ["o1", { status: "answered", reply: "已改走东门", repliedOn: "2026-10-20" }],
  ]);
});

test("of what was handed to a person only that which still waits is counted", async () => {
  await signedIn();
  await hold("handed", [
    { id: "s1", waits: true, due: "2026-10-30" },
    { id: "s2", waits: false, due: null },
  ]);
  expect(await handedCount(ME)).toBe(1);
});
