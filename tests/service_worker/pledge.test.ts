import { expect, test } from "vitest";
import { settlePledge } from "#worker/api/pledge.ts";
import { keepPledge, pledgeOf } from "#worker/store/pledges.ts";
import { html, json, noNetwork, school, type Call } from "./support/school.ts";
import { ME } from "./support/phone.ts";

const SIGNED = { campaign: "2026", signedAt: "2026-10-15T20:00:00+08:00", delivered: false };

/** A school that has this person's pledge, or takes it. */
function desk(signedAt: string | null, who = ME): (call: Call) => Response {
  let at = signedAt;
  return (call) => {
    if (call.path.endsWith("/session")) return json({ staff: { id: who, name: "王老师" }, csrf: "fresh" });
    if (call.method === "PUT") at ??= "2026-10-16T08:00:00+08:00";
    return json({ campaign: "2026", signed_at: at });
  };
}

test("what was promised without a signal is brought to the school once, under the session's own token", async () => {
  await keepPledge(ME, SIGNED);
  school(noNetwork);
  await settlePledge(ME);
  expect(await pledgeOf(ME)).toEqual(SIGNED);

  const calls = school(desk(null));
  await settlePledge(ME);
  await settlePledge(ME);
  const puts = calls.filter((call) => call.method === "PUT");
  expect(puts.map((call) => [call.headers.get("X-CSRFToken"), call.body])).toEqual([["fresh", '{"campaign":"2026"}']]);
  expect(await pledgeOf(ME)).toMatchObject({ signedAt: "2026-10-16T08:00:00+08:00", delivered: true });
});

test("promised on another phone, it is known here; in another campaign, it is asked again", async () => {
  school(desk("2026-10-16T08:00:00+08:00"));
  await settlePledge(ME);
  expect(await pledgeOf(ME)).toMatchObject({ delivered: true });
  await keepPledge(ME, { ...SIGNED, campaign: "2025" });
  const calls = school(desk(null));
  await settlePledge(ME);
  expect(calls.some((call) => call.method === "PUT")).toBe(false);
  expect(await pledgeOf(ME)).toEqual({ campaign: "2026", signedAt: null, delivered: false });
});

test("a pledge is never brought under somebody else's session, nor taken as brought by a page that is not the school's", async () => {
  await keepPledge(ME, SIGNED);
  const calls = school(desk(null, "somebody-else"));
  await settlePledge(ME);
  expect(calls.some((call) => call.method === "PUT")).toBe(false);
  school((call) => (call.method === "PUT" ? html() : desk(null)(call)));
  await settlePledge(ME);
  expect(await pledgeOf(ME)).toEqual(SIGNED);
});
