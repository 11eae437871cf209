/** A family was erased: what the phone held of it goes, and nothing of any other family. */
import { beforeEach, describe, expect, test } from "vitest";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { takeOutcomes } from "#worker/store/custody.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { bytes, keepPhoto, photosOf, updatePhoto } from "#worker/store/photos.ts";
import { forgetRecords } from "#worker/store/erasing.ts";
import type { Draft } from "#worker/store/types.ts";
import { applied } from "./support/school.ts";
import { ME, picture, signedIn } from "./support/phone.ts";

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
    await forgetRecords(ME, [`visit:${lost.id}`]);
    expect([await cards(), await isHere()]).toEqual([[{ visitId: other.id, state: "delivered" }], true]);
  });
});
