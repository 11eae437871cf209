/** A backup was put back at the school: whoever signed out on this phone hears of it, too, and fills its gaps. */
import { afterEach, expect, test, vi } from "vitest";
import { forgetSignIn } from "#worker/store/people.ts";
import { keepPhoto, photosOf, updatePhoto } from "#worker/store/photos.ts";
import { reading } from "#worker/store/pulled.ts";
import { sentLog } from "#worker/store/queue.ts";
import { rowsOf } from "#worker/store/records.ts";
import { runEveryone, type Ended } from "#worker/sync/everyone.ts";
import { upload } from "#worker/sync/upload.ts";
import { finishVisit, picture, sentIds, signedIn } from "./support/phone.ts";
import { answer, applied, bodyOf, isSync, json, noNetwork, school, type Call, type Handler } from "./support/school.ts";

const A = "staff-a";
const B = "staff-b";
const DAY_MS = 86_400_000;

const everyone = (): Promise<Ended> => {
  const signal = new AbortController().signal;
  return runEveryone({ app: "test", signal, pace: { limit: 500 }, say: () => undefined, upload });
};

/** A school at `epoch`, where only whoever is in `reading` is signed in; it reads to them one row. */
const at =
  (epoch: string, readers: readonly string[] = [], missing: readonly string[] = []): Handler =>
  (call) => {
    if (!isSync(call)) return new Response(null, { status: 201 });
    const asked = bodyOf(call);
    const outcomes = (asked.edits ?? []).map((each) => applied(each.id));
    if (asked.epoch !== null && asked.epoch !== epoch) return json(answer({ epoch, outcomes, pull: "restart" }));
    const lacks = { missing_photos: outcomes.length > 0 ? [...missing] : [] };
    if (!readers.includes(tokenOf(call))) return json(answer({ epoch, outcomes, pull: "signed_out", ...lacks }));
    const row = { scope: "school:s1", kind: "staff", id: "x", rev: 1, seq: 1, op: "put", row: {} } as const;
    return json(answer({ epoch, outcomes, changes: [row], scopes: { "school:s1": { cursor: 1, more: false } } }));
  };

const tokenOf = (call: Call): string => (call.headers.get("Authorization") ?? "").replace("Device token-", "");
const asksOf = (calls: readonly Call[], person: string): Call[] =>
  calls.filter((call) => isSync(call) && tokenOf(call) === person);
const signIn = (id: string): Promise<unknown> => signedIn({ id, token: `token-${id}`, device_id: `device-${id}` });

/** A has handed in a visit with a photo, all of it delivered at e1, and signed out. */
async function delivered(): Promise<string[]> {
  await signIn(A);
  const ids = (await finishVisit({ photos: ["ab"] }, A)).map((each) => each.id);
  await keepPhoto(A, "v1", picture("ab"));
  await updatePhoto(A, "ab", { state: "delivered" });
  school(at("e1", [A]));
  await everyone();
  await forgetSignIn(A, false);
  return ids;
}

/** B has been signed in since, and has read at e1 as well. */
async function shared(): Promise<string[]> {
  const ids = await delivered();
  await signIn(B);
  school(at("e1", [B]));
  await everyone();
  return ids;
}

const later = (days: number): void => void vi.setSystemTime(Date.now() + days * DAY_MS);

afterEach(() => {
  vi.useRealTimers();
});

test("on a shared phone whoever signed out sends again what the backup lacks, photos too, and reads nothing", async () => {
  const ids = await shared();
  const calls = school(at("e2", [B], ["ab"]));
  expect((await everyone()).stop).toBeNull();
  const pushed = asksOf(calls, A).flatMap((call) => (bodyOf(call).edits ?? []).map((each) => each.id));
  expect(pushed).toEqual(ids);
  expect(calls.filter((call) => call.path.includes("/photos/ab")).map(tokenOf)).toContain(A);
  expect(asksOf(calls, A).filter((call) => bodyOf(call).pull)).toEqual([]);
  expect([(await reading(A)).epoch, await rowsOf(A, "staff")]).toEqual(["e2", []]);
  expect((await sentLog(A)).every((each) => !each.again)).toBe(true);
});

test("it is asked for once, and on a phone that has heard of no restore not at all", async () => {
  await shared();
  let calls = school(at("e1", [B]));
  await everyone();
  later(2);
  await everyone();
  expect(asksOf(calls, A)).toEqual([]);
  calls = school(at("e2", [B]));
  await everyone();
  const first = asksOf(calls, A).length;
  later(2);
  await everyone();
  expect([first, asksOf(calls, A).length]).toEqual([2, 2]);
});

test("where nobody is signed in, whoever has sent something asks once a day", async () => {
  const ids = await delivered();
  const calls = school(at("e1"));
  await everyone();
  await everyone();
  expect(asksOf(calls, A)).toHaveLength(1);
  const restored = school(at("e2"));
  await everyone();
  expect(restored).toEqual([]);
  later(1);
  await everyone();
  expect(asksOf(restored, A).map((call) => (bodyOf(call).edits ?? []).map((each) => each.id))).toEqual([[], ids]);
});

test("without a network the day is not over: it is asked for as soon as there is one", async () => {
  await delivered();
  school(noNetwork);
  expect((await everyone()).stop?.connection).toBe("no_network");
  const calls = school(at("e2"));
  await everyone();
  expect(asksOf(calls, A)).toHaveLength(2);
});

test("a phone whose token is not taken asks once a day, keeps nobody waiting, and is waited for as long as the log", async () => {
  const ids = await shared();
  const shut: Handler = (call) =>
    tokenOf(call) === A ? json({ error: "phone_shut_out", message: "" }, 401) : at("e2", [B])(call);
  const calls = school(shut);
  for (let round = 0; round < 3; round += 1) expect((await everyone()).waiting).toBe(false);
  expect(asksOf(calls, A)).toHaveLength(1);
  later(1);
  await everyone();
  expect(asksOf(calls, A)).toHaveLength(2);
  later(43);
  await everyone();
  expect(await sentIds(A)).toEqual(ids);
  later(2);
  await everyone();
  expect([await sentIds(A), await photosOf(A)]).toEqual([[], []]);
});

test("what somebody has sent is not thrown out before they have heard of the backup", async () => {
  const ids = await shared();
  const down: Handler = (call) => (tokenOf(call) === A ? new Response(null, { status: 503 }) : at("e2", [B])(call));
  school(down);
  await everyone();
  later(60);
  await everyone();
  expect([await sentIds(A), (await photosOf(A)).map((each) => each.sha256)]).toEqual([ids, ["ab"]]);
  const calls = school(at("e2", [B], ["ab"]));
  await everyone();
  expect(calls.filter((call) => call.path.includes("/photos/ab")).map(tokenOf)).toContain(A);
  expect(asksOf(calls, A).flatMap((call) => (bodyOf(call).edits ?? []).map((each) => each.id))).toEqual(ids);
});
