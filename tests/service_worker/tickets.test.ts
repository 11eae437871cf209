import { describe, expect, test } from "vitest";
import { takeOutcomes } from "#worker/store/custody.ts";
import { writeRecords } from "#worker/store/db.ts";
import { rewriteReturned } from "#worker/store/decisions.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { attention } from "#worker/store/mine.ts";
import { queued } from "#worker/store/queue.ts";
import { showTicket, ticketsLeft, ticketsOf } from "#worker/store/tickets.ts";
import type { EditStory } from "#worker/store/types.ts";
import { remindOfThanks, dropThanks, thanksDue } from "#worker/store/thanks.ts";
import { today } from "#worker/ids.ts";
import { answer, applied, bodyOf, json, noNetwork, school, taking } from "./support/school.ts";
import { finishVisit, ME, round, signedIn } from "./support/phone.ts";

const inDays = (days: number): string => today(new Date(Date.now() + days * 86_400_000));

/** Put codes on the phone as a pull would. */
async function carry(...ids: string[]): Promise<void> {
  await writeRecords(["rows"], async (tx) => {
    for (const [at, id] of ids.entries()) {
      const row = { id, link: `/f/${id}`, expires_on: inDays(40), show_until: inDays(10) };
      const place = { person: ME, scope: "device:device-1", kind: "ticket", id } as const;
      await tx.objectStore("rows").put({ ...place, rev: 1, seq: at + 1, row: { ...row, shown: false } });
    }
  });
}

const ticketEdits = async (): Promise<(readonly string[])[]> =>
  (await queued(ME)).flatMap(({ edit }) => (edit.members["tickets"] ? [edit.members["tickets"].add] : []));

describe("showing a code", () => {
  test("a visit that was handed in is told by an edit of its own, once", async () => {
    await signedIn();
    await carry("a", "b");
    const [visit] = await finishVisit();
    const shown = await showTicket(ME, visit?.visitId ?? "");
    const again = await showTicket(ME, visit?.visitId ?? "");
    expect([shown?.link, again?.link]).toEqual(["/f/a", "/f/a"]);
    expect(shown?.expiresOn).toBe(inDays(30));
    expect(await ticketEdits()).toEqual([["a"]]);
    expect((await queued(ME)).at(-1)?.edit.after).toBe(visit?.id);
    expect(await ticketsLeft(ME)).toBe(1);
  });

  test("a code shown over a draft is told with the visit when it is handed in", async () => {
    await signedIn();
    await carry("a");
    const draft = newDraft(ME, "c1", { student_id: "st1" });
    await putDraft(draft);
    await showTicket(ME, draft.id);
    expect(await queued(ME)).toEqual([]);
    await finishDraft(ME, draft.id);
    expect(await ticketEdits()).toEqual([["a"]]);
    expect(await queued(ME)).toHaveLength(1);
  });

  test("a code shown for a visit that was given back is told with the visit when it is handed in again", async () => {
    await signedIn();
    await carry("a", "b");
    const [visit] = await finishVisit();
    const visitId = visit?.visitId ?? "";
    await takeOutcomes(ME, [applied(visit?.id ?? "", { status: "quarantined", rev: null })]);
    await writeRecords(["rows"], async (tx) => {
      const row = { id: visit?.id ?? "", status: "returned" };
      const place = { person: ME, scope: `self:${ME}`, kind: "edit", rev: 2, seq: 9 } as const;
      await tx.objectStore("rows").put({ ...place, id: row.id, row });
    });
    await rewriteReturned(ME, (await attention(ME))[0] as EditStory);
    await showTicket(ME, visitId);
    expect(await queued(ME)).toEqual([]);
    const [again] = await finishDraft(ME, visitId);
    expect(again?.edit).toMatchObject({ after: null, changes: { student_id: { new: "st1" } } });
    expect(await ticketEdits()).toEqual([["a"]]);
    await takeOutcomes(ME, [applied(again?.id ?? "")]);
    await showTicket(ME, visitId, true);
    expect(await ticketEdits()).toEqual([["b"]]);
  });

  test("no two families get the same code, whatever is tapped at once", async () => {
    await signedIn();
    await carry("a", "b", "c");
    const visits = await Promise.all(["v1", "v2", "v3"].map((visit) => showTicket(ME, visit)));
    expect(new Set(visits.map((each) => each?.id))).toEqual(new Set(["a", "b", "c"]));
    expect(await showTicket(ME, "v4")).toBeNull();
  });

  test("a second family member gets a code of their own", async () => {
    await signedIn();
    await carry("a", "b");
    await showTicket(ME, "v1");
    await showTicket(ME, "v1", true);
    expect((await ticketsOf(ME, "v1")).map((each) => each.id)).toEqual(["a", "b"]);
  });

  test("codes that would leave a family too little time, or were shown by this phone before, are not offered", async () => {
    await signedIn();
    await carry("a", "b");
    await writeRecords(["rows"], async (tx) => {
      const place = { person: ME, scope: "device:device-1", kind: "ticket", rev: 1, seq: 1 } as const;
      const row = { link: "/f/x", expires_on: inDays(20), shown: false };
      await tx.objectStore("rows").put({ ...place, id: "a", row: { ...row, id: "a", show_until: inDays(-1) } });
      await tx
        .objectStore("rows")
        .put({ ...place, id: "b", row: { ...row, id: "b", show_until: today(), shown: true } });
    });
    expect(await showTicket(ME, "v1")).toBeNull();
  });
});

describe("telling the school", () => {
  test("the next answered pull hears of it, and it is not said again", async () => {
    await signedIn();
    await carry("a");
    await showTicket(ME, "v1");
    school(noNetwork);
    await round();
    const calls = school((call) => (call.path.endsWith("/sync") ? taking(call) : json(answer())));
    await round();
    await round();
    const said = calls.map((call) => bodyOf(call).pull).filter((pull) => pull && "tickets_shown" in pull);
    expect(said).toEqual([expect.objectContaining({ tickets_shown: ["a"] })]);
  });
});

test("a thank-you that was put off is there in the morning, until it was sent", async () => {
  await signedIn();
  await remindOfThanks(ME, "v1", "2026-10-16");
  expect(await thanksDue(ME, "2026-10-15")).toEqual([]);
  expect(await thanksDue(ME, "2026-10-16")).toMatchObject([{ visitId: "v1" }]);
  await dropThanks(ME, "v1");
  expect(await thanksDue(ME, "2026-10-16")).toEqual([]);
});
