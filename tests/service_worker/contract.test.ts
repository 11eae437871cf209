/** The phone's half of the contract cases (tests/contract): after the answer, the phone must stand as `then` says. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Edit, SyncAnswer, SyncRequest } from "#worker/api/wire.ts";
import { outbox, writeOutbox } from "#worker/store/db.ts";
import { cursorsOf, reading } from "#worker/store/pulled.ts";
import { queued, sentLog } from "#worker/store/queue.ts";
import type { QueuedEdit } from "#worker/store/types.ts";
import { records } from "#worker/store/db.ts";
import { splitRef } from "#worker/ids.ts";
import { answer, bodyOf, json, noNetwork, school } from "./support/school.ts";
import { ME, parkedIds, round, signedIn, waitingIds } from "./support/phone.ts";

interface Then {
  readonly waiting?: string[];
  readonly parked?: string[];
  readonly sent?: Record<string, string>;
  readonly reasons?: Record<string, string>;
  readonly failures?: Record<string, number>;
  readonly connection?: string;
  readonly retry_after_ms?: number;
  readonly rows?: string[];
  readonly revoked?: string[];
  readonly epoch?: string;
}

interface Case {
  readonly name: string;
  readonly request: SyncRequest;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly answer?: SyncAnswer;
  readonly text?: string;
  readonly then?: Then;
}

const FOLDER = join(import.meta.dirname, "../contract");

const cases = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".json") && !file.startsWith("form")) // what the form asks: not pushes
  .sort()
  .map((file): [string, Case] => [file, JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Case]);

/** Put the request's edits into the outbox as if they had been written here. */
async function write(edits: readonly Edit[]): Promise<void> {
  await writeOutbox(["edits"], async (tx) => {
    for (const [at, edit] of edits.entries()) {
      const visitId = splitRef(edit.record).id;
      const rest = { state: "waiting", reason: null, message: null, failures: 0, notBefore: 0, classId: "c1" } as const;
      const entry: QueuedEdit = { id: edit.id, person: ME, order: at + 1, record: edit.record, visitId, edit, ...rest };
      await tx.objectStore("edits").put(entry);
    }
  });
}

function reply(one: Case): Response {
  if (one.status === 0) return noNetwork();
  if (one.answer) return json(one.answer, one.status, one.headers);
  const type = (one.text ?? "").startsWith("{") ? "application/json" : "text/html";
  return new Response(one.text ?? "", { status: one.status, headers: { "Content-Type": type, ...one.headers } });
}

/** The case's answer to what it pushes; once that was an answer, the school has nothing more to say. */
function play(one: Case): void {
  let answered = false;
  school((call) => {
    const isPush = (bodyOf(call).edits ?? []).length > 0 || one.request.edits === undefined;
    if (!answered && isPush) {
      answered = one.status === 200;
      return reply(one);
    }
    return json(answer({ epoch: one.answer?.epoch ?? "e1" }));
  });
}

async function check(then: Then, stop: Awaited<ReturnType<typeof round>>["stop"]): Promise<void> {
  const [edits, log] = await Promise.all([queued(ME), sentLog(ME)]);
  const known = new Map([...edits, ...log].map((each) => [each.id, each]));
  if (then.waiting) expect((await waitingIds()).sort()).toEqual(then.waiting.slice().sort());
  if (then.parked) expect((await parkedIds()).sort()).toEqual(then.parked.slice().sort());
  if (then.sent) expect(Object.fromEntries(log.map((each) => [each.id, each.status]))).toEqual(then.sent);
  for (const [id, reason] of Object.entries(then.reasons ?? {})) expect(known.get(id)?.reason).toBe(reason);
  for (const [id, count] of Object.entries(then.failures ?? {}))
    expect(known.get(id)).toMatchObject({ failures: count });
  if (then.connection !== undefined) expect(stop?.connection ?? "ok").toBe(then.connection);
  if (then.retry_after_ms !== undefined) expect(stop?.retryAfterMs).toBe(then.retry_after_ms);
  if (then.epoch !== undefined) expect((await reading(ME)).epoch).toBe(then.epoch);
  if (then.rows) {
    const rows = await records((db) => db.getAll("rows"));
    expect([...new Set(rows.map((row) => `${row.kind}:${row.id}`))].sort()).toEqual(then.rows.slice().sort());
  }
  const held = (await cursorsOf(ME)).filter((each) => !each.revoked).map((each) => each.scope as string);
  for (const scope of then.revoked ?? []) expect(held).not.toContain(scope);
}

describe("contract", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(15);
  });

  test.each(cases)("%s", async (_, one) => {
    await signedIn({ device_id: one.request.device });
    await write(one.request.edits ?? []);
    play(one);
    const { stop } = await round();
    const kept = new Set([...(await queued(ME)), ...(await sentLog(ME))].map((each) => each.id));
    const outcomes = new Map((one.answer?.outcomes ?? []).map((each) => [each.id, each]));
    for (const { id } of one.request.edits ?? []) {
      const outcome = outcomes.get(id);
      expect(kept.has(id) || (outcome?.custody === true && outcome.status === "erased")).toBe(true);
      expect(outcome?.custody === true || (await outbox((db) => db.get("edits", id))) !== undefined).toBe(true);
    }
    await check(one.then ?? {}, stop);
  });
});
