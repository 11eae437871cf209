/** Whether it is a quiet hour now, minute by minute, for a screen that is open over the hour. */
import { computed, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from "vue";
import { isQuiet, quietHours } from "#worker/quiet.ts";
import { useApp } from "./app_context.ts";
import { waitWords } from "./wait_words.ts";

const MINUTE_MS = 60_000;

export function useQuiet(): ComputedRef<boolean> {
  const { campaign } = useApp();
  const now = useNow();
  return computed(() => isQuiet(quietHours(campaign.value), now.value));
}

/** Why a message to a family waits a while; empty outside the quiet hours. */
export function useWaitWords(): ComputedRef<string> {
  const { campaign } = useApp();
  const now = useNow();
  return computed(() => {
    const hours = quietHours(campaign.value);
    return isQuiet(hours, now.value) ? waitWords(hours, now.value) : "";
  });
}

function useNow(): ShallowRef<Date> {
  const now = shallowRef(new Date());
  const timer = setInterval(() => (now.value = new Date()), MINUTE_MS);
  onScopeDispose(() => {
    clearInterval(timer);
  });
  return now;
}
