import { describe, expect, test } from "vitest";
import { queued, sentLog } from "#worker/store/queue.ts";
import { correctParked } from "#worker/store/decisions.ts";
import { listDrafts, newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { keepPhoto, photosOf } from "#worker/store/photos.ts";
import { endPauses } from "#worker/store/custody.ts";
import { bytesOf, firstBatch, type Parcel } from "#worker/sync/batch.ts";
import { answer, applied, bodyOf, html, json, noNetwork, school, taking } from "./support/school.ts";
import { finishVisit, ME, parkedIds, picture, round, sentIds, signedIn, waitingIds } from "./support/phone.ts";

async function write(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1)
    ids.push(...(await finishVisit({ at_home: String(at) })).map((each) => each.id));
  return ids;
}

describe("pushing", () => {
  test("an edit leaves the outbox only with custody, and is remembered", async () => {
    await signedIn();
    const ids = await write(3);
    const calls = school(taking);
    expect((await round()).stop).toBeNull();
    expect(await waitingIds()).toEqual([]);
    expect(await sentIds()).toEqual(ids);
    expect(calls[0]?.headers.get("Authorization")).toBe("Device token-1");
    expect(calls).toHaveLength(1); // the last push pulls too
  });

  test("the same bytes are sent again after an answer was lost", async () => {
    await signedIn();
    await write(1);
    const lost = school(noNetwork);
    expect((await round()).stop?.connection).toBe("no_network");
    const calls = school(taking);
    await round();
    expect(bodyOf(calls[0] ?? never()).edits).toEqual(bodyOf(lost[0] ?? never()).edits);
  });

  test("an answer that names none of our edits moves none", async () => {
    await signedIn();
    const ids = await write(2);
    school(() => json(answer({ outcomes: [applied("somebody-else")] })));
    expect((await round()).stop?.connection).toBe("not_ours");
    expect(await waitingIds()).toEqual(ids);
  });

  test("200 with a captive portal's page keeps everything", async () => {
    await signedIn();
    const ids = await write(2);
    school(() => html());
    expect((await round()).stop?.connection).toBe("not_ours");
    expect(await waitingIds()).toEqual(ids);
  });

  test("an edit that an answer leaves out goes last and alone", async () => {
    await signedIn();
    const [first, second] = await write(2);
    school((call) =>
      json(
        answer({
          outcomes: (bodyOf(call).edits ?? []).filter((each) => each.id === first).map((each) => applied(each.id)),
        }),
      ),
    );
    await round();
    const [left] = await queued(ME);
    expect(left).toMatchObject({ id: second, failures: 1 });
    expect(left?.notBefore).toBeGreaterThan(Date.now());
  });

  test("custody must be true, not merely named", async () => {
    await signedIn();
    const ids = await write(1);
    school(() => json(answer({ outcomes: ids.map((id) => applied(id, { custody: false })) })));
    await round();
    expect(await waitingIds()).toEqual(ids);
  });

  test("bisecting isolates a poisoned edit; all others reach custody", async () => {
    await signedIn();
    const ids = await write(20);
    const poisoned = ids[13];
    school((call) =>
      (bodyOf(call).edits ?? []).some((each) => each.id === poisoned) ? json({ error: "invalid" }, 422) : taking(call),
    );
    await round();
    expect(await waitingIds()).toEqual([poisoned]);
    expect(await sentIds()).toHaveLength(19);
    const [left] = await queued(ME);
    expect(left?.failures).toBe(1);
    await write(1);
    await round();
    expect(await sentIds()).toHaveLength(20); // it holds up nobody
    await endPauses(ME);
    school(taking);
    await round();
    expect(await waitingIds()).toEqual([]);
  });

  test("a server that turns away everything is unwell itself: the round stops soon", async () => {
    await signedIn();
    const ids = await write(40);
    const calls = school(() => json({ error: "oops" }, 500));
    expect((await round()).stop?.connection).toBe("busy");
    expect(calls.length).toBeLessThan(15);
    expect((await waitingIds()).sort()).toEqual(ids.sort());
  });

  test("413 halves, and parks a single edit: visible, exportable, never deleted", async () => {
    await signedIn();
    const ids = await write(4);
    school((call) =>
      (bodyOf(call).edits ?? []).some((each) => each.id === ids[2])
        ? json({ error: "too_large", message: "太长" }, 413)
        : taking(call),
    );
    await round();
    expect(await parkedIds()).toEqual([ids[2]]);
    expect((await queued(ME))[0]).toMatchObject({ reason: "too_large", message: "太长" });
  });

  test("a refused edit is parked; put right, it keeps its id and is sent again", async () => {
    await signedIn();
    const [id] = await write(1);
    school(() =>
      json(answer({ outcomes: [{ id: id ?? "", status: "refused", custody: false, reason: "malformed" }] })),
    );
    await round();
    expect(await parkedIds()).toEqual([id]);
    await correctParked(ME, id ?? "", { at_home: { old: null, new: "短一些" } });
    const calls = school(taking);
    await round();
    expect(bodyOf(calls[0] ?? never()).edits?.[0]).toMatchObject({ id, changes: { at_home: { new: "短一些" } } });
    expect(await sentIds()).toEqual([id]);
  });

  test("an erased edit is in custody and leaves no copy", async () => {
    await signedIn();
    const [id] = await write(1);
    school(() => json(answer({ outcomes: [applied(id ?? "", { status: "erased", rev: null })] })));
    await round();
    expect([await waitingIds(), await sentIds()]).toEqual([[], []]);
  });

  test("erasure takes the photos on their way and the open draft along", async () => {
    await signedIn();
    const draft = newDraft(ME, "c1", { photos: ["aa"] });
    await keepPhoto(ME, draft.id, picture("aa"));
    await putDraft(draft);
    const [edit] = await finishDraft(ME, draft.id);
    await putDraft(await openVisit(ME, draft.id));
    school(() => json(answer({ outcomes: [applied(edit?.id ?? "", { status: "erased", rev: null })] })));
    await round();
    expect([await photosOf(ME), await listDrafts(ME)]).toEqual([[], []]);
  });

  test("conflicts, reasons and cases are kept with the sent edit", async () => {
    await signedIn();
    const [a, b] = await write(2);
    const outcomes = [
      applied(a ?? "", { status: "conflict", conflicts: ["k1"], rev: 8 }),
      applied(b ?? "", {
        status: "quarantined",
        rev: null,
        reason: "foreign_class",
        message: "请德育处处理",
        case: "c",
      }),
    ];
    school(() => json(answer({ outcomes })));
    await round();
    expect(await sentLog(ME)).toMatchObject([
      { id: a, status: "conflict", conflicts: ["k1"], rev: 8 },
      { id: b, status: "quarantined", reason: "foreign_class", message: "请德育处处理", case: "c" },
    ]);
  });

  test("no more than 50 edits travel together, in order of writing", async () => {
    await signedIn();
    const ids = await write(60);
    const calls = school(taking);
    await round();
    const batches = calls.map((call) => (bodyOf(call).edits ?? []).map((each) => each.id));
    expect(batches).toEqual([ids.slice(0, 50), ids.slice(50)]);
    expect(calls.map((call) => bodyOf(call).pull !== undefined)).toEqual([false, true]);
  });
});

test("no more than 256 KiB travel together, but one edit always does", () => {
  const parcel = (id: string, size: number): Parcel => ({
    ...{ id, order: 1, again: false },
    edit: {
      id,
      record: "visit:v",
      after: null,
      op: "edit",
      v: 1,
      made_at: "",
      changes: { at_home: { old: null, new: "x".repeat(size) } },
      members: {},
      args: {},
    },
  });
  expect(firstBatch([parcel("a", 400_000), parcel("b", 1)])).toHaveLength(1);
  const many = Array.from({ length: 40 }, (_, at) => parcel(String(at), 20_000));
  const batch = firstBatch(many);
  expect(batch.reduce((sum, each) => sum + bytesOf(each.edit), 0)).toBeLessThan(250 * 1024);
  expect(batch.length).toBeGreaterThan(10);
});

function never(): never {
  throw new Error("no such request");
}
