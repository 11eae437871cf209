/** What a teacher had typed or chosen on a list, found again on coming back to it. Kept for this tab, and until signing out. */
import { ref, watch, type Ref } from "vue";
import { useRoute } from "vue-router";
import { useApp } from "./app_context.ts";

const PREFIX = "kept:";

/** @param name - which thing of this page; the page is known by its address */
export function useKept<T extends string | number | boolean>(name: string, initial: T): Ref<T> {
  const key = `${PREFIX}${useApp().person.value?.id ?? ""}:${useRoute().path}:${name}`;
  const kept = ref(read(key, initial)) as Ref<T>;
  watch(kept, (now) => {
    sessionStorage.setItem(key, JSON.stringify(now));
  });
  return kept;
}

function read<T>(key: string, initial: T): T {
  const text = sessionStorage.getItem(key);
  if (text === null) return initial;
  const value: unknown = JSON.parse(text);
  return typeof value === typeof initial ? (value as T) : initial;
}

/** Forget where this tab was: the next person on this phone begins at the beginning. */
export function forgetKept(): void {
  sessionStorage.clear();
}
