/** What a screen with unsaved words owes them: they are saved before the page can go, and no update comes between. */
import { computed, onBeforeUnmount, onMounted, watch, type ShallowRef } from "vue";
import { onBeforeRouteLeave } from "vue-router";
import { useApp } from "./app_context.ts";
import type { SaveState } from "./autosave.ts";

/** Save at every moment after which the page may not come back: it is hidden, left, or put away by the phone. */
export function keepWhenLeaving(flush: () => Promise<boolean>): void {
  const save = (): void => void flush();
  const hidden = (): void => {
    if (document.visibilityState === "hidden") save();
  };
  onMounted(() => {
    window.addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", hidden);
    document.addEventListener("freeze", save);
    document.addEventListener("focusout", save);
  });
  onBeforeUnmount(() => {
    save(); // the screen is taken away when another person signs in; what could not be stored is tried again
    window.removeEventListener("pagehide", save);
    document.removeEventListener("visibilitychange", hidden);
    document.removeEventListener("freeze", save);
    document.removeEventListener("focusout", save);
  });
  onBeforeRouteLeave(async () => flush()); // not stored: the form stays, with its words on the screen
}

/** While something is unsaved, no new version may take over. */
export function holdUpdates(state: Readonly<ShallowRef<SaveState>>): void {
  const { busyForms } = useApp();
  const unsaved = computed(() => state.value.kind !== "clean");
  watch(unsaved, (now) => (busyForms.value += now ? 1 : -1));
  onBeforeUnmount(() => {
    if (unsaved.value) busyForms.value -= 1;
  });
}
