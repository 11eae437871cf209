import { describe, expect, test, vi } from "vitest";
import { bringBackDraft, discardDraft, getDraft, newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { writeOutbox } from "#worker/store/db.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { keepPhoto, photosIn, updatePhoto } from "#worker/store/photos.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { queued } from "#worker/store/queue.ts";
import { Overtaken } from "#worker/store/revisions.ts";
import type { Draft } from "#worker/store/types.ts";
import { splitRef } from "#worker/ids.ts";
import { answer } from "./support/school.ts";
import { finishVisit, ME, picture, signedIn } from "./support/phone.ts";

const draftOf = (): Draft => newDraft(ME, "c1", { student_id: "st1", visitors: [ME] });

describe("finishing a visit", () => {
  test("puts the edit and deletes the draft together", async () => {
    const draft = draftOf();
    await putDraft(draft);
    const [edit] = await finishDraft(ME, draft.id);
    expect(edit?.edit).toMatchObject({
      record: `visit:${draft.id}`,
      after: null,
      op: "edit",
      v: 1,
      changes: { student_id: { old: null, new: "st1" } },
      members: { visitors: { add: [ME], remove: [] } },
      args: {},
    });
    expect(await getDraft(ME, draft.id)).toBeUndefined();
    expect((await queued(ME)).map((each) => each.id)).toEqual([edit?.id]);
  });

  test("leaves the draft where it was when the transaction aborts", async () => {
    const draft = await putDraft(draftOf());
    const add = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(function (this: IDBObjectStore, value) {
      const request = this.put(value);
      this.transaction.abort(); // a request may succeed, and its transaction still abort
      return request;
    });
    await expect(finishDraft(ME, draft.id)).rejects.toThrow();
    add.mockRestore();
    expect(await getDraft(ME, draft.id)).toEqual(draft);
    expect(await queued(ME)).toEqual([]);
    expect(await finishDraft(ME, draft.id)).toHaveLength(1);
  });

  test("writes nothing when nothing was changed", async () => {
    const [first] = await finishVisit({ at_home: "爱帮妈妈做饭" });
    const again = await openVisit(ME, first?.visitId ?? "");
    await putDraft(again);
    expect(await finishDraft(ME, again.id)).toEqual([]);
    expect(await getDraft(ME, again.id)).toBeUndefined();
  });

  test("chains each edit of a record to the one before", async () => {
    const [first] = await finishVisit({ at_home: "一" });
    const again = await openVisit(ME, first?.visitId ?? "");
    const ref = `visit:${again.id}` as const;
    await putDraft({ ...again, values: { ...again.values, [ref]: { ...again.values[ref], at_home: "二" } } });
    const [second] = await finishDraft(ME, again.id);
    expect(second?.edit.after).toBe(first?.id);
    expect(second?.edit.changes).toEqual({ at_home: { old: "一", new: "二" } });
  });

  test("forms one chain when two tabs finish at once", async () => {
    const [first] = await finishVisit();
    const id = first?.visitId ?? "";
    const tabs = await Promise.all(
      ["甲", "乙"].map(async (text) => {
        const { append, QUEUE_STORES } = await import("#worker/store/queue.ts");
        const changes = { issues: { old: null, new: text } };
        const entry = {
          record: `visit:${id}`,
          op: "edit",
          changes,
          members: {},
          args: {},
          visitId: id,
          classId: "c1",
        } as const;
        return writeOutbox([...QUEUE_STORES], (tx) => append(tx, ME, entry));
      }),
    );
    const [, second, third] = await queued(ME);
    expect(tabs.map((each) => each.id).sort()).toEqual([second?.id, third?.id].sort());
    expect([second?.edit.after, third?.edit.after]).toEqual([first?.id, second?.id]);
  });

  test("lets the private part, reflections and opinions follow the visit", async () => {
    const draft = draftOf();
    const values = {
      ...draft.values,
      [`opinion:o1`]: { text: "校门口太挤", from: "family" },
      [`visit_private:${draft.id}`]: { child_voice: "想当医生" },
      [`reflection:r1`]: { visit_id: draft.id },
    };
    await putDraft({ ...draft, values });
    const edits = await finishDraft(ME, draft.id);
    expect(edits.map((each) => each.record)).toEqual([`visit:${draft.id}`, "opinion:o1", `visit_private:${draft.id}`]);
    expect(edits.slice(1).map((each) => each.edit.after)).toEqual([edits[0]?.id, edits[0]?.id]);
    expect(edits[1]?.edit.changes["visit_id"]).toEqual({ old: null, new: draft.id });
  });

  test("sends its photos on their way, and says their captions by path", async () => {
    await signedIn();
    const draft = draftOf();
    await keepPhoto(ME, draft.id, picture("aa"));
    await keepPhoto(ME, draft.id, picture("bb"));
    const ref = `visit:${draft.id}` as const;
    const shown = {
      ...draft.values[ref],
      photos: ["aa"],
      "photos/aa/caption": "书桌一角",
      "photos/bb/caption": "拿掉了",
    };
    await putDraft({ ...draft, values: { [ref]: shown } });
    const [edit] = await finishDraft(ME, draft.id);
    expect(edit?.edit.members["photos"]).toEqual({ add: ["aa"], remove: [] });
    expect(Object.keys(edit?.edit.changes ?? {})).toEqual(["student_id", "photos/aa/caption"]);
    expect((await photosIn(ME, "waiting")).map((each) => each.sha256)).toEqual(["aa"]);
    expect((await photosIn(ME, "draft")).map((each) => each.sha256)).toEqual(["bb"]);
  });

  test("takes a photo off its way when the visit no longer names it", async () => {
    const draft = draftOf();
    await keepPhoto(ME, draft.id, picture("aa"));
    const ref = `visit:${draft.id}` as const;
    await putDraft({ ...draft, values: { [ref]: { ...draft.values[ref], photos: ["aa"] } } });
    await finishDraft(ME, draft.id);
    await updatePhoto(ME, "aa", { state: "refused", reason: "no_picture" });
    const again = await openVisit(ME, draft.id);
    await putDraft({ ...again, values: { ...again.values, [ref]: { ...again.values[ref], photos: [] } } });
    const [edit] = await finishDraft(ME, draft.id);
    expect(edit?.edit.members["photos"]).toEqual({ add: [], remove: ["aa"] });
    expect((await photosIn(ME, "draft")).map((each) => each.sha256)).toEqual(["aa"]);
  });

  test("brings a discarded draft back", async () => {
    const draft = await putDraft(draftOf());
    const gone = await discardDraft(ME, draft.id);
    expect(await getDraft(ME, draft.id)).toBeUndefined();
    if (gone) await bringBackDraft(gone);
    expect(await getDraft(ME, draft.id)).toEqual({ ...draft, revision: 3 });
  });
});

describe("what is written with a visit", () => {
  const KINDS = ["visit", "visit_private", "reflection", "opinion"];
  const written = (draft: Draft, more: Draft["values"]): Draft => ({ ...draft, values: { ...draft.values, ...more } });
  const whole = (): Draft => {
    const draft = draftOf();
    return written(draft, {
      "opinion:o1": { text: "菜凉了", from: "family", pass_on: "anonymous" },
      "reflection:r1": { reflection: "要多听" },
      [`visit_private:${draft.id}`]: { growth_env: "和奶奶住" },
    });
  };

  test("goes after the visit, each part in its own record that names the visit", async () => {
    const draft = whole();
    await putDraft(draft);
    const [visit, ...others] = await finishDraft(ME, draft.id);
    expect(visit?.record).toBe(`visit:${draft.id}`);
    expect([visit, ...others].map((each) => splitRef(each?.record ?? "").kind).sort()).toEqual([...KINDS].sort());
    expect(others.map((each) => each.edit.after)).toEqual(others.map(() => visit?.id));
    const tied = others.filter((each) => !each.record.startsWith("visit_private"));
    expect(tied.map((each) => each.edit.changes["visit_id"])).toEqual(tied.map(() => ({ old: null, new: draft.id })));
  });

  test("an opinion that was begun and left, or taken away again, is not sent", async () => {
    const draft = written(draftOf(), {
      "opinion:o1": { text: "", from: "family", pass_on: "anonymous" },
      "opinion:o2": { text: null, from: "family", kind: "problem" },
    });
    await putDraft(draft);
    expect((await finishDraft(ME, draft.id)).map((each) => each.record)).toEqual([`visit:${draft.id}`]);
  });

  test("is there again when the visit is opened again, and is not tied anew", async () => {
    const draft = whole();
    await putDraft(draft);
    await finishDraft(ME, draft.id);
    const again = await openVisit(ME, draft.id);
    expect(again.values["reflection:r1"]).toMatchObject({ reflection: "要多听", visit_id: draft.id });
    const opinion = { ...again.values["opinion:o1"], text: null };
    await putDraft(written(again, { "opinion:o1": opinion }));
    const edits = await finishDraft(ME, draft.id);
    expect(edits.map((each) => [each.record, each.edit.changes])).toEqual([
      ["opinion:o1", { text: { old: "菜凉了", new: null } }],
    ]);
    expect((await openVisit(ME, draft.id)).values["opinion:o1"]).toBeUndefined();
  });

  test("joins a draft that was begun before another phone of the same person wrote it", async () => {
    const draft = written(draftOf(), { "reflection:r1": { reflection: "甲" } });
    await putDraft(draft);
    const row = { id: "r2", visit_id: draft.id, author_id: ME, reflection: "乙" };
    const change = { scope: `self:${ME}`, kind: "reflection", id: "r2", rev: 1, seq: 1, op: "put", row } as const;
    const scopes = { [`self:${ME}`]: { cursor: 1, more: false } };
    await keepPull(ME, await reading(ME), answer({ changes: [change], scopes }));
    const open = await openVisit(ME, draft.id);
    expect(open.values).toMatchObject({ "reflection:r1": { reflection: "甲" }, "reflection:r2": { reflection: "乙" } });
    await putDraft(open);
    expect((await finishDraft(ME, draft.id)).map((each) => each.record)).not.toContain("reflection:r2");
  });
});

describe("two tabs of one draft", () => {
  const saying = (draft: Draft, at_home: string): Draft => ({
    ...draft,
    values: { [`visit:${draft.id}`]: { ...draft.values[`visit:${draft.id}`], at_home } },
  });

  test("a save on an older draft is refused, also within one second, and changes nothing", async () => {
    const draft = await putDraft(draftOf());
    const newer = await putDraft(saying(draft, "新的"));
    await expect(putDraft(saying(draft, "旧的"))).rejects.toBeInstanceOf(Overtaken);
    expect(await getDraft(ME, draft.id)).toEqual(newer);
  });

  test("what was handed in or put away in one tab does not come back as a draft from the other", async () => {
    const draft = await putDraft(draftOf());
    await finishDraft(ME, draft.id);
    await expect(putDraft(saying(draft, "旧的"))).rejects.toBeInstanceOf(Overtaken);
    expect(await getDraft(ME, draft.id)).toBeUndefined();
    const again = await putDraft(await openVisit(ME, draft.id));
    await discardDraft(ME, draft.id);
    await expect(putDraft(saying(again, "旧的"))).rejects.toBeInstanceOf(Overtaken);
  });

  test("a tab that only looked, while the other wrote and handed in, may not write on what it saw", async () => {
    const draft = draftOf();
    await putDraft(draft);
    await finishDraft(ME, draft.id);
    const seen = await openVisit(ME, draft.id);
    await putDraft(saying(await openVisit(ME, draft.id), "后来写的"));
    await finishDraft(ME, draft.id);
    await expect(putDraft(saying(seen, "旧的"))).rejects.toBeInstanceOf(Overtaken);
  });
});
