import { describe, expect, test, vi } from "vitest";
import { bytes, keepPhoto, photosIn, photosOf, sweepPhotos } from "#worker/store/photos.ts";
import { newDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { endPauses } from "#worker/store/custody.ts";
import type { Report } from "#worker/sync/report.ts";
import {
  answer,
  applied,
  bodyOf,
  html,
  isSync,
  json,
  noNetwork,
  school,
  taking,
  type Call,
  type Handler,
} from "./support/school.ts";
import { ME, picture, round, signedIn, waitingIds } from "./support/phone.ts";

const SIZE = 100_000;

async function visitWithPhotos(...shas: string[]): Promise<string> {
  const draft = newDraft(ME, "c1", { student_id: "st1", photos: shas });
  for (const sha of shas) await keepPhoto(ME, draft.id, picture(sha, SIZE));
  await putDraft(draft);
  await finishDraft(ME, draft.id);
  return draft.id;
}

/** Text is taken; a request about a photo is answered by `photo`. */
const withPhotos =
  (photo: Handler): Handler =>
  (call) =>
    isSync(call) ? taking(call) : photo(call);

const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status: code, headers });

const asked = (calls: readonly Call[]): string[] =>
  calls.map((call) => (isSync(call) ? "text" : `${call.method} ${call.headers.get("Upload-Offset") ?? ""}`.trim()));

const states = async (): Promise<string[]> => (await photosOf(ME)).map((each) => each.state);

describe("a photo on its way", () => {
  test("goes after the text, and its arrival is read back", async () => {
    await signedIn();
    await visitWithPhotos("aa", "bb");
    const calls = school(withPhotos(() => status(201)));
    expect((await round()).stop).toBeNull();
    expect(asked(calls)).toEqual(["text", "PATCH 0", "PATCH 0", "text"]);
    expect(calls[1]?.headers.get("Upload-Length")).toBe(String(SIZE));
    expect(await states()).toEqual(["delivered", "delivered"]);
  });

  test("however many they are, the cards of those that wait are read a few times, and the rows of the sent log once", async () => {
    await signedIn();
    await visitWithPhotos(...Array.from({ length: 12 }, (_, at) => `p${String(at)}`));
    const calls = school(withPhotos(() => status(201)));
    const reads: string[] = [];
    const original = Reflect.get(IDBIndex.prototype, "getAll") as (
      this: IDBIndex,
      ...asking: unknown[]
    ) => IDBRequest<unknown[]>;
    const getAll = vi.spyOn(IDBIndex.prototype, "getAll").mockImplementation(function (this: IDBIndex, ...asking) {
      reads.push(`${this.objectStore.name} ${JSON.stringify(asking[0])}`);
      return original.apply(this, asking);
    });
    expect((await round()).stop).toBeNull();
    getAll.mockRestore();
    expect(calls).toHaveLength(14);
    expect(calls.filter(isSync).map((call) => bodyOf(call)["pending"])).toEqual([
      { edits: 1, photos: 12, bytes: 12 * SIZE },
      { edits: 0, photos: 0, bytes: 0 },
    ]);
    expect(reads.filter((each) => each === `photos ["${ME}","waiting"]`).length).toBeLessThan(6);
    expect(reads.filter((each) => each.startsWith("sent")).length).toBeLessThan(5);
  });

  test("waits for no text in trouble of another visit, once the text of one that has it is at the school", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    school(withPhotos(() => status(503)));
    await round();
    const other = await visitWithPhotos("aa", "bb");
    const isOfOther = (call: Call): boolean => JSON.stringify(bodyOf(call).edits ?? []).includes(other);
    const calls = school((call) => {
      if (!isSync(call)) return status(201);
      return isOfOther(call) ? json({ error: "bad" }, 400) : taking(call);
    });
    await round();
    expect(asked(calls).filter((each) => each !== "text")).toEqual(["HEAD"]); // all of it had come
    expect((await photosOf(ME)).map((each) => [each.sha256, each.state])).toEqual([
      ["aa", "delivered"],
      ["bb", "waiting"],
    ]);
  });

  test("cut at half, it is resumed and not sent again", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    school(withPhotos(noNetwork));
    expect((await round()).stop?.connection).toBe("no_network");
    const calls = school(
      withPhotos((call) => (call.method === "HEAD" ? status(206, { "Upload-Offset": "60000" }) : status(201))),
    );
    await round();
    expect(asked(calls).slice(1, 3)).toEqual(["HEAD", "PATCH 60000"]);
    expect((calls[2]?.body as Blob).size).toBe(SIZE - 60_000);
    expect(await states()).toEqual(["delivered"]);
  });

  test("is not sent again when only the answer was lost", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    school(withPhotos(noNetwork));
    await round();
    const calls = school(withPhotos(() => status(200, { "Upload-Offset": String(SIZE) })));
    await round();
    expect(asked(calls)).toEqual(["text", "HEAD", "text"]);
    expect(await states()).toEqual(["delivered"]);
  });

  test("goes on from where the server says (409, 204)", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    const steps = [status(409, { "Upload-Offset": "10" }), status(204, { "Upload-Offset": "70" }), status(201)];
    const calls = school(withPhotos(() => steps.shift() ?? noNetwork()));
    await round();
    expect(asked(calls).slice(1, 4)).toEqual(["PATCH 0", "PATCH 10", "PATCH 70"]);
  });

  test("on a slow line it goes in parts, and what has arrived is known after a restart", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    let here = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => here * 1_000); // a byte a second
    const calls = school(
      withPhotos((call) => {
        here += (call.body as Blob).size;
        return here > 90_000 ? noNetwork() : status(204, { "Upload-Offset": String(here) });
      }),
    );
    const said: (string | null)[] = [];
    const shares = { say: (report: Report) => said.push(`${report.photo ?? ""} ${String(report.bytes.done)}`) };
    expect((await round(ME, shares)).stop?.connection).toBe("no_network");
    clock.mockRestore();
    expect(asked(calls)).toEqual(["text", "PATCH 0", "PATCH 65536"]);
    expect(said.slice(-2)).toEqual(["aa 0", "aa 65536"]);
    expect((await photosOf(ME))[0]).toMatchObject({ state: "waiting", arrived: 65_536 });
  });

  test("on a quick line the second one goes whole", async () => {
    await signedIn();
    await visitWithPhotos("aa", "bb");
    const calls = school(
      withPhotos((call) => (asked([call])[0] === "PATCH 0" && calls.length === 2 ? part() : status(201))),
    );
    const part = (): Response => status(204, { "Upload-Offset": "65536" });
    await round();
    expect(asked(calls)).toEqual(["text", "PATCH 0", "PATCH 65536", "PATCH 0", "text"]);
    expect((calls[3]?.body as Blob).size).toBe(SIZE);
  });

  test("a server that never gets on is left alone after some answers", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    const calls = school(withPhotos(() => status(204, { "Upload-Offset": "7" })));
    expect((await round()).stop).toBeNull();
    expect(calls.length).toBeLessThan(20);
  });

  test("a mismatch is mended once from the start, then refused with the reason", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    const calls = school(withPhotos(() => json({ error: "not_a_picture", message: "这不是图片" }, 422)));
    await round();
    expect(asked(calls)).toEqual(["text", "PATCH 0", "PATCH 0"]);
    expect((await photosOf(ME))[0]).toMatchObject({ state: "refused", reason: "not_a_picture", message: "这不是图片" });
  });

  test("one in trouble holds up no other", async () => {
    await signedIn();
    await visitWithPhotos("aa", "bb");
    school(withPhotos((call) => status(call.path.endsWith("aa") ? 500 : 201)));
    expect((await round()).stop).toBeNull();
    expect((await photosIn(ME, "waiting")).map((each) => each.sha256)).toEqual(["aa"]);
    expect((await photosIn(ME, "delivered")).map((each) => each.sha256)).toEqual(["bb"]);
    await endPauses(ME);
    school(withPhotos((call) => (call.method === "HEAD" ? status(404) : status(201))));
    await round();
    expect(await photosIn(ME, "waiting")).toEqual([]);
  });

  test.each([
    ["a captive portal's page", () => html(), "not_ours"],
    ["401", () => status(401), "shut_out"],
    ["503", () => status(503, { "Retry-After": "9" }), "busy"],
  ] as const)("%s delivers nothing", async (_, photo, connection) => {
    await signedIn();
    await visitWithPhotos("aa");
    school(withPhotos(photo));
    expect((await round()).stop).toMatchObject({ connection });
    expect(await states()).toEqual(["waiting"]);
  });

  test("waits while the text that names it is not in custody", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    const calls = school((call) => (bodyOf(call).edits ? json({ error: "x" }, 422) : json(answer())));
    await round();
    expect(calls.every(isSync)).toBe(true);
    expect(await waitingIds()).toHaveLength(1);
  });

  test("goes again when the school says it is missing", async () => {
    await signedIn();
    await visitWithPhotos("aa");
    school(withPhotos(() => status(201)));
    await round();
    let missing = ["aa"];
    const calls = school((call) => {
      if (isSync(call)) return json(answer({ missing_photos: missing }));
      if (call.method === "HEAD") return status(404);
      missing = [];
      return status(201);
    });
    await round();
    expect(asked(calls)).toEqual(["text", "HEAD", "PATCH 0", "text"]);
    expect(await states()).toEqual(["delivered"]);
  });
});

test("delivered bytes stay a week, unnamed ones a day, a draft's as long as the draft", async () => {
  await signedIn();
  await visitWithPhotos("aa");
  school(withPhotos(() => status(201)));
  await round();
  const draft = newDraft(ME, "c1", { photos: ["cc"] });
  await keepPhoto(ME, draft.id, picture("bb"));
  await keepPhoto(ME, draft.id, picture("cc"));
  await putDraft(draft);
  const day = 86_400_000;
  await sweepPhotos(ME);
  await sweepPhotos(ME, Date.now() + 2 * day);
  expect((await photosOf(ME)).map((each) => each.sha256)).toEqual(["aa", "cc"]);
  expect(await bytes(ME, "bb")).toBeUndefined();
  await sweepPhotos(ME, Date.now() + 8 * day);
  expect((await photosOf(ME)).map((each) => each.sha256)).toEqual(["cc"]);
  expect((await bytes(ME, "cc"))?.byteLength).toBe(SIZE);
});

test("a photo that a draft has named for days can be brought back for a day after it was taken out", async () => {
  const day = 86_400_000;
  const draft = await putDraft(newDraft(ME, "c1", { photos: ["aa"] }));
  await keepPhoto(ME, draft.id, picture("aa"));
  await sweepPhotos(ME, Date.now() + 3 * day);
  await putDraft({ ...draft, values: { [`visit:${draft.id}`]: { photos: [] } } });
  await sweepPhotos(ME, Date.now() + 3 * day);
  await sweepPhotos(ME, Date.now() + 3.9 * day);
  expect(await bytes(ME, "aa")).toBeDefined();
  await sweepPhotos(ME, Date.now() + 4.1 * day);
  expect(await photosOf(ME)).toEqual([]);
});

test("a school that forgot the text of a taken edit is still told of its photos", async () => {
  await signedIn();
  await visitWithPhotos("aa");
  const calls = school((call) =>
    isSync(call)
      ? json(
          answer({
            outcomes: (bodyOf(call).edits ?? []).map((each) => applied(each.id, { status: "held", rev: null })),
          }),
        )
      : status(201),
  );
  await round();
  expect(asked(calls)).toEqual(["text", "PATCH 0", "text"]);
});
