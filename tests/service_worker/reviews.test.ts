import { beforeEach, expect, test } from "vitest";
import type { RowChange, Scope } from "#worker/api/wire.ts";
import { takeOutcomes } from "#worker/store/custody.ts";
import { newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { updatePerson } from "#worker/store/people.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { queued, sentLog } from "#worker/store/queue.ts";
import { forgetRefused } from "#worker/store/refused.ts";
import { putReviewAway, reviewsOf } from "#worker/store/reviews.ts";
import { showTicket } from "#worker/store/tickets.ts";
import type { Values } from "#worker/store/types.ts";
import { answer, applied } from "./support/school.ts";
import { ME, signedIn } from "./support/phone.ts";

const OWN: Scope = `self:${ME}`;
const HOUR_MS = 3_600_000;
let seq = 0;

async function pulled(...rows: [Scope, string, string, Values, number?][]): Promise<void> {
  const changes = rows.map<RowChange>(([scope, kind, id, row, rev]) => {
    seq += 1;
    return { scope, kind, id, rev: rev ?? 1, seq, op: "put", row: { id, ...row } };
  });
  const scopes = Object.fromEntries(changes.map((each) => [each.scope, { cursor: seq, more: false }]));
  await keepPull(ME, await reading(ME), answer({ changes, scopes }));
}

const asked = (at: Date, rev = 1): Promise<void> =>
  pulled([
    OWN,
    "review",
    "r1",
    { visit_id: "v1", author_id: ME, state: "more", words: "请补一句", by: "d1", at: at.toISOString() },
    rev,
  ]);

async function write(visit: string): Promise<void> {
  const draft = newDraft(ME, "c1", { student_id: "st1", visit_date: "2026-09-30" });
  await putDraft({ ...draft, id: visit, values: { [`visit:${visit}`]: draft.values[`visit:${draft.id}`] ?? {} } });
  await finishDraft(ME, visit);
}

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * HOUR_MS);

beforeEach(async () => {
  seq = 0;
  await signedIn();
  await pulled(
    ["class:c1", "student", "st1", { name: "张三", class_id: "c1" }],
    ["school:s1", "staff", "d1", { name: "李主任" }],
    [OWN, "visit", "v1", { student_id: "st1", class_id: "c1" }],
  );
});

test("what the school asks for is told with its words, by whom and of which family", async () => {
  await asked(hoursAgo(1));
  expect(await reviewsOf(ME)).toMatchObject([
    { visitId: "v1", studentName: "张三", state: "more", words: "请补一句", by: "李主任" },
  ]);
});

test("nothing is asked for of a family that refuses the record, until it agrees", async () => {
  await asked(hoursAgo(1));
  const says = (may_record: string, rev: number): Promise<void> =>
    pulled(["class:c1", "student", "st1", { name: "张三", class_id: "c1", may_record }, rev]);
  await says("no", 2);
  expect(await reviewsOf(ME)).toEqual([]);
  await says("yes", 3);
  expect(await reviewsOf(ME)).toHaveLength(1);
  await says("no", 4);
  await pulled([OWN, "review", "r1", { visit_id: "v1", state: "read", words: "", at: hoursAgo(1).toISOString() }, 2]);
  expect(await reviewsOf(ME)).toMatchObject([{ state: "read" }]); // 已阅 asks for nothing
});

test("what was answered stays so where the words of the answer were forgotten for a refusal", async () => {
  await asked(hoursAgo(1));
  const draft = await openVisit(ME, "v1");
  await putDraft({ ...draft, values: { "visit:v1": { ...draft.values["visit:v1"], at_home: "做饭" } } });
  await takeOutcomes(
    ME,
    (await finishDraft(ME, "v1")).map((each) => applied(each.id)),
  );
  const says = (may_record: string, rev: number): Promise<void> =>
    pulled(["class:c1", "student", "st1", { name: "张三", class_id: "c1", may_record }, rev]);
  await says("no", 2);
  await forgetRefused(ME);
  expect((await sentLog(ME)).map((each) => each.edit.changes)).toEqual([{}]);
  await says("yes", 3);
  expect(await reviewsOf(ME)).toEqual([]);
});

test("a code that was shown to the family is no answer", async () => {
  await asked(hoursAgo(1));
  await pulled([`device:d`, "ticket", "t1", { link: "/f/x", expires_on: "2999-01-01", show_until: "2999-01-01" }]);
  expect(await showTicket(ME, "v1")).not.toBeNull();
  expect(await queued(ME)).toHaveLength(1);
  expect(await reviewsOf(ME)).toHaveLength(1);
});

test("an edit of that visit handed in afterwards is the answer; one of another visit is not", async () => {
  await asked(hoursAgo(1));
  await write("v2");
  expect(await reviewsOf(ME)).toHaveLength(1);
  await write("v1");
  expect(await reviewsOf(ME)).toEqual([]);
});

test("what was handed in before the school spoke answers nothing, whatever this phone's clock says", async () => {
  await write("v1");
  await asked(hoursAgo(-1));
  expect(await reviewsOf(ME)).toHaveLength(1);
  await updatePerson(ME, { offsetMs: 2 * HOUR_MS }); // this phone is two hours slow
  expect(await reviewsOf(ME)).toEqual([]);
});

test("知道了 puts it away until the school says something else, and can be taken back", async () => {
  await asked(hoursAgo(2));
  const one = { id: "r1", rev: 1 };
  await putReviewAway(ME, one);
  expect(await reviewsOf(ME)).toEqual([]);
  await putReviewAway(ME, one, false);
  expect(await reviewsOf(ME)).toHaveLength(1);
  await putReviewAway(ME, one);
  await asked(hoursAgo(1), 2);
  expect(await reviewsOf(ME)).toHaveLength(1);
});

test("a review of a visit that was merged opens the visit it became", async () => {
  await asked(hoursAgo(1));
  await pulled([OWN, "visit", "v1", { merged_into: "v9" }, 2], [OWN, "visit", "v9", { student_id: "st1" }]);
  expect(await reviewsOf(ME)).toMatchObject([{ visitId: "v9", studentName: "张三" }]);
});
