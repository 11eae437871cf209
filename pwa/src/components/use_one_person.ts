/**
 * One window, one person: when somebody else signs in on this phone or nobody is signed in any more, whichever window that
 * was done in, every other one puts its screen away at once and leaves it. What was being typed is saved for who typed it.
 */
import { nextTick, ref, watch, type Ref } from "vue";
import { useRouter } from "vue-router";
import { useApp } from "./app_context.ts";
import { forgetKept } from "./use_kept.ts";

/** `shownFor`: whose screens these are, "" while they are nobody's; null while a window leaves: nothing may show then. */
export function useOnePerson(): { shownFor: Readonly<Ref<string | null>> } {
  const app = useApp();
  const router = useRouter();
  const now = (): string => app.person.value?.id ?? "";
  const shownFor = ref<string | null>(now());

  async function leave(): Promise<void> {
    shownFor.value = null;
    app.undo.lapse(); // it names what the last person did, and would undo it
    forgetKept();
    await nextTick(); // the screen is gone, and with it what could keep the window from leaving
    try {
      await router.replace(now() === "" ? { name: "sign-in" } : "/");
    } finally {
      shownFor.value = now(); // also where a page could not be loaded: a white window helps nobody
    }
  }

  watch(
    () => app.person.value?.id,
    (_, before) => {
      // The page of signing in goes on by itself, and shows nothing of anybody.
      if (before !== undefined && router.currentRoute.value.name !== "sign-in") void leave();
    },
    { flush: "sync" },
  );
  return { shownFor };
}
