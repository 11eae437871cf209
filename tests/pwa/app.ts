/** The shared context for a component by itself: nobody's engine, and a campaign row if one is given. */
import { shallowRef } from "vue";
import { APP_KEY, createAppContext, type AppContext } from "#pwa/components/app_context.ts";
import type { Values } from "#worker/store/types.ts";
import { IDLE } from "#worker/sync/report.ts";

/** A context over the store of the test. */
export function makeApp(campaign: Values = {}): AppContext {
  const engine = {
    sendNow: () => Promise.resolve(IDLE),
    wake: () => undefined,
    report: () => IDLE,
    busy: false,
    stop: () => undefined,
  };
  return { ...createAppContext(() => engine), campaign: shallowRef(campaign) };
}

/** Mounting options under which a component finds it. */
export const inApp = (app: AppContext): { provide: Record<symbol, AppContext> } => ({
  provide: { [APP_KEY as symbol]: app },
});
