/** Whatever the network does, nothing is lost, nothing is sent twice with other words, and in the end all is delivered. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Edit, Outcome } from "#worker/api/wire.ts";
import { canonical } from "#worker/store/values.ts";
import { closeStores } from "#worker/store/db.ts";
import { endPauses } from "#worker/store/custody.ts";
import { openVisit, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { queued, sentLog } from "#worker/store/queue.ts";
import type { QueuedEdit } from "#worker/store/types.ts";
import { answer, applied, bodyOf, html, json, noNetwork, school, type Call } from "./support/school.ts";
import { finishVisit, ME, round, signedIn } from "./support/phone.ts";

/** A school that keeps every edit it ever sees; `lost` of them only in the answer. */
class Inbox {
  readonly bytes = new Map<string, string>();
  readonly order: string[] = [];
  reused = 0;

  take(edits: readonly Edit[]): Outcome[] {
    return edits.map((edit) => {
      const bytes = canonical(JSON.parse(JSON.stringify(edit)) as never);
      const known = this.bytes.get(edit.id);
      if (known !== undefined && known !== bytes) this.reused += 1;
      if (known === undefined) this.order.push(edit.id);
      this.bytes.set(edit.id, bytes);
      return applied(edit.id, { replayed: known !== undefined });
    });
  }
}

const WEATHER = ["fine", "request lost", "answer lost", "captive", "half named", "503", "500", "422", "413"] as const;
type Weather = (typeof WEATHER)[number];

function under(weather: Weather, inbox: Inbox, call: Call): Response {
  const edits = bodyOf(call).edits ?? [];
  if (weather === "request lost") return noNetwork();
  if (weather === "captive") return html();
  if (weather === "503") return json({ error: "busy" }, 503);
  if (weather === "500" || weather === "422") return json({ error: "x" }, Number(weather));
  if (weather === "413" && edits.length > 2) return json({ error: "too_large" }, 413);
  const outcomes = inbox.take(edits);
  if (weather === "answer lost") return noNetwork();
  return json(answer({ outcomes: weather === "half named" ? outcomes.slice(0, 1) : outcomes }));
}

type Step = { readonly write: number } | { readonly again: number } | { readonly rounds: Weather[] };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ write: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ again: fc.nat(5) }),
  fc.record({ rounds: fc.array(fc.constantFrom(...WEATHER), { minLength: 1, maxLength: 4 }) }),
);

async function editAgain(visits: readonly string[], which: number): Promise<QueuedEdit[]> {
  const id = visits[which % Math.max(1, visits.length)];
  if (id === undefined) return [];
  const draft = await openVisit(ME, id);
  const ref = `visit:${id}` as const;
  const at_home = `${draft.opened[ref]?.["at_home"] as string}又`;
  await putDraft({ ...draft, values: { ...draft.values, [ref]: { ...draft.values[ref], at_home } } });
  return finishDraft(ME, id);
}

async function live(steps: readonly Step[], inbox: Inbox, finished: Map<string, QueuedEdit>): Promise<void> {
  for (const step of steps) {
    if ("write" in step) {
      for (let n = 0; n < step.write; n += 1) {
        for (const each of await finishVisit({ at_home: `第${String(finished.size)}次` })) finished.set(each.id, each);
      }
    } else if ("again" in step) {
      const visits = [...new Set([...finished.values()].map((each) => each.visitId ?? ""))];
      for (const each of await editAgain(visits, step.again)) finished.set(each.id, each);
    } else {
      const line = [...step.rounds];
      school((call) => under(line.shift() ?? "request lost", inbox, call));
      await round();
    }
    const here = new Set((await queued(ME)).map((each) => each.id));
    for (const id of finished.keys()) expect(here.has(id) || inbox.bytes.has(id)).toBe(true);
  }
}

test("no loss, one id one content, order kept, and all in custody once the network is healed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 2, maxLength: 8 }), async (steps) => {
      await closeStores(true);
      await signedIn();
      const inbox = new Inbox();
      const finished = new Map<string, QueuedEdit>();
      await live(steps, inbox, finished);
      school((call) => under("fine", inbox, call));
      await endPauses(ME);
      await round();
      expect(await queued(ME)).toEqual([]);
      expect((await sentLog(ME)).map((each) => each.id)).toEqual([...finished.keys()]);
      expect(inbox.reused).toBe(0);
      for (const [id, { edit }] of finished) expect(inbox.bytes.get(id)).toBe(canonical(edit as never));
    }),
    { numRuns: 25, seed: 20260930 },
  );
}, 60_000);
