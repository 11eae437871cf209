/** The shared context for a component by itself: nobody's engine, and a campaign row if one is given. */
import { shallowRef } from "vue";
import { vi } from "vitest";
import { APP_KEY, createAppContext, type AppContext } from "#pwa/components/app_context.ts";
import { createLabels } from "#pwa/components/labels.ts";
import { rememberPerson } from "#worker/store/people.ts";
import type { Values } from "#worker/store/types.ts";
import { IDLE } from "#worker/sync/report.ts";

/** A context over the store of the test. */
export function makeApp(campaign: Values = {}): AppContext {
  const engine = {
    sendNow: () => Promise.resolve(IDLE),
    wake: vi.fn(),
    report: () => IDLE,
    busy: false,
    stop: () => undefined,
  };
  return {
    ...createAppContext(() => engine),
    campaign: shallowRef(campaign),
    labels: shallowRef(createLabels(campaign)),
  };
}

/** Mounting options under which a component finds it. */
export const inApp = (app: AppContext): { provide: Record<symbol, AppContext> } => ({
  provide: { [APP_KEY as symbol]: app },
});

/** A context in which somebody is signed in on this phone. */
export async function makeSignedInApp(id = "p1", campaign: Values = {}): Promise<AppContext> {
  await rememberPerson({
    id,
    name: "周敏",
    roles: ["homeroom"],
    school_id: "s",
    login: "t101",
    device_id: "d",
    token: "t",
    csrf: "c",
    signedIn: true,
    signOutOwed: false,
    offsetMs: 0,
    lastDelivery: null,
  });
  const app = makeApp(campaign);
  await app.refreshPerson();
  return app;
}
