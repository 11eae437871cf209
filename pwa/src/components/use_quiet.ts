/** Whether it is a quiet hour now, minute by minute, for a screen that is open over the hour. */
import { computed, onScopeDispose, shallowRef, type ComputedRef } from "vue";
import { useApp } from "./app_context.ts";
import { isQuiet, quietHours } from "./quiet.ts";

const MINUTE_MS = 60_000;

export function useQuiet(): ComputedRef<boolean> {
  const { campaign } = useApp();
  const now = shallowRef(new Date());
  const timer = setInterval(() => (now.value = new Date()), MINUTE_MS);
  onScopeDispose(() => {
    clearInterval(timer);
  });
  return computed(() => isQuiet(quietHours(campaign.value), now.value));
}
