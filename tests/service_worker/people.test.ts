import type { RowChange } from "#worker/api/wire.ts";
import { describe, expect, test, vi } from "vitest";
import { signIn, SignInFailed, signOut } from "#worker/api/session.ts";
import { getDraft, newDraft, putDraft } from "#worker/store/drafts.ts";
import { currentPerson, forgetSignIn, person, persons, updatePerson } from "#worker/store/people.ts";
import { keepPhoto, photosOf, updatePhoto } from "#worker/store/photos.ts";
import { keepPull, reading } from "#worker/store/pulled.ts";
import { rowsOf } from "#worker/store/records.ts";
import { runEveryone } from "#worker/sync/everyone.ts";
import { upload } from "#worker/sync/upload.ts";
import type { Report } from "#worker/sync/report.ts";
import { answer, applied, bodyOf, html, isSync, json, noNetwork, school, taking, type Call } from "./support/school.ts";
import { finishVisit, ME, picture, sentIds, signedIn, teacher, waitingIds } from "./support/phone.ts";

const STAFF = { id: ME, name: "王老师", roles: ["homeroom"], school_id: "s1" };

const row = (seq: number): RowChange => ({
  scope: "school:s1",
  kind: "staff",
  id: "st1",
  rev: 1,
  seq,
  op: "put",
  row: { id: "st1" },
});

const shared = {
  app: "test",
  signal: new AbortController().signal,
  pace: { limit: 500 },
  say: (): void => undefined,
  upload,
};

function door(call: Call): Response {
  if (call.path.endsWith("/devices"))
    return json({ token: `token-for-${(JSON.parse(call.body as string) as { id: string }).id}` });
  if (call.method === "DELETE") return new Response(null, { status: 204 });
  return json({ staff: STAFF, csrf: "c2" });
}

describe("signing in", () => {
  test("ties this browser to the person, and is remembered without a signal", async () => {
    const calls = school(door);
    const signed = await signIn("t101", "visit-demo");
    expect(calls.map((call) => [call.method, call.path])).toEqual([
      ["POST", "/api/v1/session"],
      ["POST", "/api/v1/devices"],
    ]);
    expect(calls[1]?.headers.get("X-CSRFToken")).toBe("c2");
    expect(signed.token).toBe(`token-for-${signed.device_id}`);
    school(noNetwork);
    expect(await currentPerson()).toEqual(signed);
  });

  test("the same browser keeps its device when somebody signs in again", async () => {
    school(door);
    const first = await signIn("t101", "visit-demo");
    await signOut(first);
    expect((await signIn("t101", "visit-demo")).device_id).toBe(first.device_id);
  });

  test("a new password goes along with the one it takes the place of", async () => {
    const calls = school(door);
    await signIn("t101", "k7mp-xw3t-9hqa", "quiet-river-7");
    const said = { login: "t101", password: "k7mp-xw3t-9hqa", new_password: "quiet-river-7" };
    expect(JSON.parse(calls[0]?.body as string)).toEqual(said);
  });

  test.each([
    [
      "a wrong password",
      () => json({ error: "wrong_login", message: "登录名或密码不对" }, 401),
      "refused",
      "登录名或密码不对",
    ],
    [
      "a password that the school gave",
      () => json({ error: "password_once", message: "请换成自己的密码" }, 403),
      "once",
      "请换成自己的密码",
    ],
    ["a captive portal", () => html(), "not_ours", null],
    ["no network", () => noNetwork(), "no_network", null],
    ["a server that is unwell", () => json({ error: "oops", message: "请稍后再试" }, 503), "busy", "请稍后再试"],
  ] as const)("%s changes nothing on the phone", async (_, handler, kind, sentence) => {
    school(handler);
    const failure = await signIn("t101", "x").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SignInFailed);
    expect(failure).toMatchObject({ kind, sentence });
    expect(await persons()).toEqual([]);
  });
});

describe("signing out", () => {
  test("drops the read copies, keeps the outbox and drafts, and still delivers", async () => {
    const me = await signedIn();
    await keepPull(
      ME,
      await reading(ME),
      answer({
        scopes: { "school:s1": { cursor: 1, more: false } },
        changes: [{ scope: "school:s1", kind: "staff", id: "x", rev: 1, seq: 1, op: "put", row: {} }],
      }),
    );
    await finishVisit();
    const draft = await putDraft(newDraft(ME, "c1", {}));
    school(noNetwork);
    await signOut(me);
    expect(await currentPerson()).toBeNull();
    expect(await rowsOf(ME, "staff")).toEqual([]);
    expect(await getDraft(ME, draft.id)).toEqual(draft);
    expect((await reading(ME)).epoch).toBe("e1");
    const calls = school(taking);
    const ended = await runEveryone(shared);
    expect(ended.waiting).toBe(false);
    expect(await waitingIds()).toEqual([]);
    expect(bodyOf(calls[0] ?? never()).pull).toBeUndefined();
  });

  test("without a signal is owed to the server, and paid later, but never with somebody else's session", async () => {
    const me = await signedIn();
    school(noNetwork);
    await signOut(me);
    expect((await person(ME))?.signOutOwed).toBe(true);
    const { payOwedSignOuts } = await import("#worker/api/session.ts");
    const calls = school((call) =>
      call.method === "GET" ? json({ staff: { ...STAFF, id: "other" }, csrf: "c" }) : door(call),
    );
    await payOwedSignOuts();
    expect(calls.map((call) => call.method)).toEqual(["GET"]);
    expect((await person(ME))?.signOutOwed).toBe(false);
  });

  test("owed still never ends the session that the same person is just opening", async () => {
    const me = await signedIn();
    school(noNetwork);
    await signOut(me);
    const { payOwedSignOuts } = await import("#worker/api/session.ts");
    let paying: Promise<void> | undefined;
    const calls = school((call) => {
      paying ??= payOwedSignOuts(); // the signal came back, in this window or another
      return call.method === "POST" && call.path.endsWith("/session")
        ? json({ staff: { ...STAFF, id: ME }, csrf: "c2" })
        : door(call);
    });
    await signIn("t101", "visit-demo");
    await paying;
    expect(calls.map((call) => call.method)).toEqual(["POST", "POST"]);
    expect((await person(ME))?.signOutOwed).toBe(false);
  });
});

test("two persons on one phone: each outbox under its own token, and nobody is told of another's", async () => {
  await signedIn({ id: "other", token: "token-2", device_id: "device-2" });
  await finishVisit({}, "other");
  await signedIn(teacher());
  await finishVisit();
  const reports: Report[] = [];
  const calls = school(taking);
  await runEveryone({ ...shared, say: (report) => reports.push(report) });
  const pushed = calls.filter((call) => isSync(call) && bodyOf(call).edits);
  expect(pushed.map((call) => [call.headers.get("Authorization"), bodyOf(call).device])).toEqual([
    ["Device token-1", "device-1"],
    ["Device token-2", "device-2"],
  ]);
  expect([await waitingIds(), await waitingIds("other")]).toEqual([[], []]);
  expect(new Set(reports.map((each) => each.person))).toEqual(new Set([ME]));
});

test("signing out while rows are read keeps none of them, then or in the next round, and reading ends", async () => {
  const me = await signedIn();
  const page = { epoch: "e", changes: [row(1)], scopes: { "school:s1": { cursor: 1, more: true } } };
  const calls = school(async (call) => {
    if (!isSync(call)) return door(call);
    if (bodyOf(call).pull) await forgetSignIn(me.id, false);
    return json(answer(page));
  });
  await runEveryone(shared);
  expect(calls.filter((call) => isSync(call) && bodyOf(call).pull)).toHaveLength(1);
  expect(await rowsOf(ME, "staff")).toEqual([]);
  expect((await reading(ME)).cursors).toEqual({});
  school((call) =>
    isSync(call) ? json(answer({ ...page, scopes: { "school:s1": { cursor: 1, more: false } } })) : door(call),
  );
  await signedIn();
  await runEveryone(shared);
  expect(await rowsOf(ME, "staff")).toHaveLength(1); // the next sign-in reads again
});

test("a sign-out that was cut short is ended at the next start, without a signal", async () => {
  await signedIn();
  await keepPull(
    ME,
    await reading(ME),
    answer({ changes: [row(1)], scopes: { "school:s1": { cursor: 1, more: false } } }),
  );
  await updatePerson(ME, { signedIn: false }); // killed before the rows went
  school(noNetwork);
  await runEveryone(shared);
  expect(await rowsOf(ME, "staff")).toEqual([]);
  expect((await reading(ME)).cursors).toEqual({});
});

test("what somebody delivered before signing out grows old on a shared phone, and nothing that is not delivered does", async () => {
  await signedIn({ id: "other" });
  await finishVisit({}, "other");
  await keepPhoto("other", "v1", picture("ab"));
  await updatePhoto("other", "ab", { state: "delivered" });
  await keepPhoto("other", "v1", picture("cd"));
  await updatePhoto("other", "cd", { state: "waiting" });
  school(taking);
  await runEveryone(shared);
  await signedIn(teacher());
  await finishVisit({}, ME);
  school(noNetwork);
  await updatePhoto("other", "cd", { state: "waiting", notBefore: 0 });
  vi.setSystemTime(Date.now() + 60 * 86_400_000);
  await runEveryone(shared);
  vi.useRealTimers();
  expect(await sentIds("other")).toEqual([]);
  expect((await photosOf("other")).map((each) => each.sha256)).toEqual(["cd"]);
});

describe("a phone that reads no more", () => {
  const page = answer({ changes: [row(1)], scopes: { "school:s1": { cursor: 1, more: false } } });
  /** With a visit that waits, one that is being written, and a photo of it. */
  async function written(): Promise<string> {
    await signedIn();
    await keepPull(ME, await reading(ME), page);
    await finishVisit();
    const draft = await putDraft(newDraft(ME, "c1", { student_id: "st1" }));
    await keepPhoto(ME, draft.id, picture("ab"));
    return draft.id;
  }

  test("lets go of what is no longer its person's, and delivers what was written first", async () => {
    const draft = await written();
    school((call) => {
      const outcomes = (bodyOf(call).edits ?? []).map((each) => applied(each.id));
      return json(answer({ pull: "signed_out", outcomes, revoked: ["school:s1"] }));
    });
    await runEveryone(shared);
    expect([await rowsOf(ME, "staff"), (await reading(ME)).cursors, await waitingIds()]).toEqual([[], {}, []]);
    expect(await getDraft(ME, draft)).toBeDefined();
    expect(await photosOf(ME)).toHaveLength(1);
  });

  test("keeps reading what it has where its person must only sign in again", async () => {
    await written();
    school((call) => {
      const outcomes = (bodyOf(call).edits ?? []).map((each) => applied(each.id));
      return json(answer({ pull: "signed_out", outcomes, revoked: [] }));
    });
    await runEveryone(shared);
    expect(await rowsOf(ME, "staff")).toHaveLength(1);
    school(() => json({ error: "sign_in_needed", message: "" }, 401)); // nobody's token is no phone that was shut out
    await runEveryone(shared);
    expect(await rowsOf(ME, "staff")).toHaveLength(1);
  });

  test("that was shut out drops its copies and keeps all that was written", async () => {
    const draft = await written();
    school(() => json({ error: "phone_shut_out", message: "" }, 401));
    await runEveryone(shared);
    expect([await rowsOf(ME, "staff"), (await reading(ME)).cursors]).toEqual([[], {}]);
    expect(await waitingIds()).toHaveLength(1);
    expect(await getDraft(ME, draft)).toBeDefined();
    expect(await photosOf(ME)).toHaveLength(1);
  });
});

function never(): never {
  throw new Error("no such request");
}

test("whoever signs in next ends the reading of the one before", async () => {
  await signedIn({ id: "other", token: "token-2" });
  await keepPull("other", await reading("other"), answer({ scopes: { "school:s1": { cursor: 1, more: false } } }));
  await signedIn(teacher());
  expect((await person("other"))?.signedIn).toBe(false);
  expect((await reading("other")).cursors).toEqual({});
});
