/** A family that lets nothing be written down: the phone forgets what the school has merged of its words, and nothing else. */
import { beforeEach, describe, expect, test } from "vitest";
import type { RowChange } from "#worker/api/wire.ts";
import { sendLogAgain, takeOutcomes } from "#worker/store/custody.ts";
import { getDraft, newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { append, QUEUE_STORES, queued, sentLog } from "#worker/store/queue.ts";
import { writeOutbox } from "#worker/store/db.ts";
import { forgetRefused } from "#worker/store/refused.ts";
import type { OutcomeStatus, QueuedEdit, RecordRef, SentEdit, Values } from "#worker/store/types.ts";
import { answer, applied, bodyOf, json, school } from "./support/school.ts";
import { ME, round, signedIn } from "./support/phone.ts";

const SCOPE = "class:c1" as const;
const P = "a".repeat(64);
const FACTS = { student_id: "st1", visit_date: "2026-10-15", visit_result: "done", visitors: [ME] };
const WORDS = { strengths: "爱帮妈妈做饭", respondents: ["mother"], photos: [P], [`photos/${P}/caption`]: "书桌" };

let seq = 0;

beforeEach(async () => {
  seq = 0;
  await signedIn();
});

const row = (kind: string, id: string, values: Values): RowChange => {
  seq += 1;
  return { scope: SCOPE, kind, id, rev: seq, seq, op: "put", row: { id, ...values } };
};

const student = (id: string, may_record: string, more: Values = {}): RowChange =>
  row("student", id, { class_id: "c1", name: "张三", household_id: "h1", may_record, ...more });

async function hear(...changes: RowChange[]): Promise<void> {
  const scopes = { [SCOPE]: { cursor: seq, more: false, reset: false } };
  await keepPull(ME, await reading(ME), answer({ changes, scopes }));
}

const settle = (edits: readonly QueuedEdit[], status: OutcomeStatus = "applied"): Promise<unknown> =>
  takeOutcomes(
    ME,
    edits.map((each) => applied(each.id, { status, rev: status === "applied" ? 1 : null })),
  );

/** Hand a visit in with all that is written beside it. */
async function handIn(more: Values = {}): Promise<QueuedEdit[]> {
  const draft = newDraft(ME, "c1", { ...FACTS, ...WORDS, ...more });
  const beside = {
    [`visit_private:${draft.id}`]: { child_voice: "想打球" },
    "reflection:r1": { gift_declined: "一箱苹果", reflection: "很懂事" },
    "opinion:o1": { text: "作业多" },
  };
  await putDraft({ ...draft, values: { ...draft.values, ...beside } });
  return finishDraft(ME, draft.id);
}

const fieldsOf = ({ record, edit }: SentEdit): [string, string[]] => [
  record.split(":")[0] ?? "",
  [...Object.keys(edit.changes), ...Object.keys(edit.members)].sort(),
];

const remembered = async (): Promise<Record<string, string[]>> => Object.fromEntries((await sentLog(ME)).map(fieldsOf));

const holdsWords = async (): Promise<boolean> => JSON.stringify(await sentLog(ME)).includes("爱帮妈妈做饭");

const KEPT = {
  visit: ["photos", "student_id", "visit_date", "visit_result", "visitors"],
  visit_private: [],
  reflection: ["gift_declined", "visit_id"],
  opinion: ["visit_id"],
};

describe("what this phone has delivered", () => {
  test("is forgotten in the round that brings the refusal, but for what is kept without consent", async () => {
    await hear(student("st1", "yes"));
    const edits = await handIn();
    await settle(edits);
    school(() => json(answer({ scopes: { [SCOPE]: { cursor: seq, more: false, reset: false } } })));
    await round();
    expect(await holdsWords()).toBe(true);
    const refusal = student("st1", "no");
    school(() => json(answer({ changes: [refusal], scopes: { [SCOPE]: { cursor: seq, more: false, reset: false } } })));
    await round();
    expect(await remembered()).toEqual(KEPT);
    const words = /爱帮妈妈做饭|书桌|想打球|很懂事|作业多|mother/;
    expect(JSON.stringify(await sentLog(ME))).not.toMatch(words);
    const log = await sentLog(ME);
    expect(log.map(({ id, edit }) => [id, edit.id])).toEqual(edits.map(({ id }) => [id, id]));
    expect(log.map(({ status, rev }) => [status, rev])).toEqual(edits.map(() => ["applied", 1]));
  });

  test.each(["yes", "unknown"])("stays where the school says %s", async (said) => {
    await hear(student("st1", said));
    await settle(await handIn());
    await forgetRefused(ME);
    expect(await holdsWords()).toBe(true);
  });

  test("goes where a brother's or sister's family refuses, of the visits that tell of both", async () => {
    await hear(student("st1", "yes"), student("st2", "no"));
    await settle(await handIn());
    await forgetRefused(ME);
    expect(await holdsWords()).toBe(true);
    await settle(await handIn({ also_for: ["st2"] }));
    await forgetRefused(ME);
    const visits = (await sentLog(ME)).filter((each) => each.record.startsWith("visit:"));
    expect(visits.map((each) => "strengths" in each.edit.changes)).toEqual([true, false]);
  });

  test("comes back from the school's rows where the family agrees later", async () => {
    await hear(student("st1", "no"));
    const [visit] = await handIn();
    await settle(visit ? [visit] : []);
    await forgetRefused(ME);
    const id = visit?.visitId ?? "";
    await hear(student("st1", "yes"), row("visit", id, { ...FACTS, ...WORDS }));
    expect((await openVisit(ME, id)).values[`visit:${id}`]).toMatchObject({ strengths: "爱帮妈妈做饭" });
  });

  test("and what two people's words came to is forgotten too, unless it is about a fact", async () => {
    await hear(student("st1", "no"));
    const [visit] = await handIn();
    const visitId = visit?.visitId ?? "";
    await settle(await queued(ME));
    const about = (field: string): Values => ({ record: visit?.record ?? "", field, status: "settled" });
    await hear(row("conflict", "k1", about("strengths")), row("conflict", "k2", about("visit_date")));
    for (const [id, value] of [
      ["k1", "爱帮妈妈做饭"],
      ["k2", "2026-10-16"],
    ] as const) {
      const args = { seen_rev: 1, choice: "written", value };
      const said = { record: `conflict:${id}` as RecordRef, op: "resolve" as const, changes: {}, members: {}, args };
      await writeOutbox(QUEUE_STORES, (tx) => append(tx, ME, { ...said, visitId, classId: "c1" }));
    }
    await settle(await queued(ME));
    await forgetRefused(ME);
    expect((await sentLog(ME)).map((each) => each.record).filter((ref) => ref.startsWith("conflict:"))).toEqual([
      "conflict:k2",
    ]);
    expect(await holdsWords()).toBe(false);
  });
});

describe("what is nowhere else is kept whole", () => {
  test.each(["held", "quarantined", "returned"] as const)("an edit that is %s", async (status) => {
    await hear(student("st1", "no"));
    await settle(await handIn(), status);
    await forgetRefused(ME);
    expect(await holdsWords()).toBe(true);
  });

  test("an edit that waits, and a draft", async () => {
    await hear(student("st1", "no"));
    const draft = await putDraft(newDraft(ME, "c1", { ...FACTS, ...WORDS }));
    await handIn();
    const before = await queued(ME);
    await forgetRefused(ME);
    expect(await queued(ME)).toEqual(before);
    expect(await getDraft(ME, draft.id)).toEqual(draft);
  });

  test("what a restored backup may lack, until it has been sent again", async () => {
    await hear(student("st1", "no"));
    await settle(await handIn());
    await sendLogAgain(ME, "e2");
    await forgetRefused(ME);
    expect(await holdsWords()).toBe(true);
    school((call) => {
      const outcomes = (bodyOf(call).edits ?? []).map((each) => applied(each.id));
      return json(
        answer({
          epoch: "e2",
          outcomes,
          changes: [student("st1", "no")],
          scopes: { [SCOPE]: { cursor: seq, more: false, reset: true } },
        }),
      );
    });
    await round();
    expect(await remembered()).toEqual(KEPT);
  });
});
