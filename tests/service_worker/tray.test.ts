import { describe, expect, test } from "vitest";
import { takeOutcomes } from "#worker/store/custody.ts";
import { getDraft, newDraft, openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { sendState } from "#worker/store/mine.ts";
import {
  bytes,
  keepPhoto,
  keepShared,
  photosIn,
  photosOf,
  sendMissing,
  sweepPhotos,
  updatePhoto,
} from "#worker/store/photos.ts";
import { bringBack, putIntoVisit, setAside, takeBack, trayPhotos } from "#worker/store/tray.ts";
import type { Draft, Values } from "#worker/store/types.ts";
import { applied } from "./support/school.ts";
import { finishVisit, ME, picture } from "./support/phone.ts";

const inTray = async (): Promise<string[]> => (await trayPhotos(ME)).map((each) => each.sha256);
const visitOf = (draft: Draft | undefined): Values => draft?.values[`visit:${draft.id}`] ?? {};
const withThem = (draft: Draft, photos: string[]): Draft => ({
  ...draft,
  values: { [`visit:${draft.id}`]: { ...visitOf(draft), photos, "photos/aa/use": "archive" } },
});

test("shared pictures go into a draft in one step, and undone they lie in the tray again", async () => {
  const draft = await putDraft(newDraft(ME, "c1", { student_id: "st1" }));
  for (const sha of ["aa", "bb"]) expect(await keepShared(ME, picture(sha))).toBe(true);
  expect(await inTray()).toEqual(["aa", "bb"]);

  await putIntoVisit(withThem(draft, ["aa"]), ["aa"]);
  expect(await inTray()).toEqual(["bb"]);
  expect(visitOf(await getDraft(ME, draft.id))["photos"]).toEqual(["aa"]);

  const since = await getDraft(ME, draft.id);
  if (since)
    await putDraft({ ...since, values: { [`visit:${draft.id}`]: { ...visitOf(since), at_home: "写下的字" } } });
  await takeBack(draft, true, ["aa"]);
  expect(await inTray()).toEqual(["aa", "bb"]);
  expect(visitOf(await getDraft(ME, draft.id))).toEqual({ student_id: "st1", at_home: "写下的字", photos: [] });
});

test("a visit that was only opened for them is no draft any more when that is undone", async () => {
  const [edit] = await finishVisit();
  const opened = await openVisit(ME, edit?.visitId ?? "");
  await keepShared(ME, picture("aa"));
  await putIntoVisit(withThem(opened, ["aa"]), ["aa"]);
  await takeBack(opened, false, ["aa"]);
  expect(await getDraft(ME, opened.id)).toBeUndefined();
  expect(await inTray()).toEqual(["aa"]);
});

test("what is put out of the tray can be brought back for a day", async () => {
  await keepShared(ME, picture("aa"));
  await setAside(ME, ["aa"]);
  expect(await inTray()).toEqual([]);
  await bringBack(ME, ["aa"]);
  expect(await inTray()).toEqual(["aa"]);
  await setAside(ME, ["aa"]);
  await sweepPhotos(ME);
  await sweepPhotos(ME, Date.now() + 2 * 86_400_000);
  expect(await bytes(ME, "aa")).toBeUndefined();
});

test("a picture that a visit has already is not taken in again, and stays where it is", async () => {
  const draft = newDraft(ME, "c1", { student_id: "st1", photos: ["aa"] });
  await keepPhoto(ME, draft.id, picture("aa"));
  await putDraft(draft);
  expect(await keepShared(ME, picture("aa"))).toBe(false);
  await finishDraft(ME, draft.id);
  expect(await keepShared(ME, picture("aa"))).toBe(false);
  expect(await photosOf(ME)).toMatchObject([{ state: "waiting", visitId: draft.id }]);
});

describe("a refused picture that is shared once more", () => {
  /** Handed in with its visit; its bytes were lost before it had arrived, and it was shared again. */
  async function sharedAgain(): Promise<string> {
    const draft = newDraft(ME, "c1", { student_id: "st1", photos: ["aa"] });
    await keepPhoto(ME, draft.id, picture("aa"));
    await putDraft(draft);
    const edits = await finishDraft(ME, draft.id);
    await takeOutcomes(
      ME,
      edits.map((each) => applied(each.id)),
    );
    await updatePhoto(ME, "aa", { state: "refused", reason: "bytes_lost" });
    expect(await keepShared(ME, picture("aa"))).toBe(true);
    expect(await inTray()).toEqual(["aa"]);
    return draft.id;
  }

  test("goes on its way as soon as the school says that the visit misses it", async () => {
    const visitId = await sharedAgain();
    await sendMissing(ME, ["aa"]);
    expect(await photosOf(ME)).toMatchObject([{ state: "waiting", visitId, reason: null }]);
    expect([await inTray(), await sendState(ME, visitId)]).toEqual([[], "待上传"]);
  });

  test("goes on its way from a draft that it was put into, and stays on it when that is undone", async () => {
    await sharedAgain();
    const other = newDraft(ME, "c1", { student_id: "st2" });
    await putIntoVisit(withThem(other, ["aa"]), ["aa"]);
    await sendMissing(ME, ["aa"]);
    await takeBack(other, false, ["aa"]);
    expect(await getDraft(ME, other.id)).toBeUndefined();
    expect(await photosIn(ME, "waiting")).toHaveLength(1);
  });

  test("stays on its way whatever a screen does that still shows it in the tray", async () => {
    const visitId = await sharedAgain();
    await sendMissing(ME, ["aa"]);
    await setAside(ME, ["aa"]);
    await bringBack(ME, ["aa"]);
    const other = newDraft(ME, "c1", { student_id: "st2" });
    await putIntoVisit(withThem(other, ["aa"]), ["aa"]);
    expect(await photosOf(ME)).toMatchObject([{ state: "waiting", visitId }]);
    await finishDraft(ME, other.id);
    expect(await photosOf(ME)).toMatchObject([{ state: "waiting", visitId: other.id }]);
  });
});

test("what another window has handed in meanwhile goes on its way although putting it there is undone", async () => {
  const draft = await putDraft(newDraft(ME, "c1", { student_id: "st1" }));
  await keepShared(ME, picture("aa"));
  await putIntoVisit(withThem(draft, ["aa"]), ["aa"]);
  await finishDraft(ME, draft.id);
  await takeBack(draft, true, ["aa"]);
  expect(await photosOf(ME)).toMatchObject([{ state: "waiting", visitId: draft.id }]);
});

test("a picture that two visits name goes on its way although one of them lets it go", async () => {
  const visits: string[] = [];
  for (const student of ["st1", "st2"]) {
    const draft = newDraft(ME, "c1", { student_id: student, photos: ["aa"] });
    await keepPhoto(ME, draft.id, picture("aa"));
    await putDraft(draft);
    await finishDraft(ME, draft.id);
    visits.push(draft.id);
  }
  const [first, second] = visits;
  const again = await openVisit(ME, second ?? "");
  await putDraft(withThem(again, []));
  await finishDraft(ME, again.id);
  expect(await photosIn(ME, "waiting")).toMatchObject([{ sha256: "aa", visitId: first }]);
});
