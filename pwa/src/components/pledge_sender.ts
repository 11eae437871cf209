/** Brings the pledge to the school as soon as there is a signal: at the start, after signing in, and when the network comes back. */
import { watch } from "vue";
import { settlePledge } from "#worker/api/pledge.ts";
import type { AppContext } from "./app_context.ts";

export function sendPledges(app: AppContext): void {
  const settle = (): void => {
    const person = app.person.value;
    if (person) void settlePledge(person.id);
  };
  watch(() => app.person.value?.id, settle, { immediate: true });
  window.addEventListener("online", settle);
}
