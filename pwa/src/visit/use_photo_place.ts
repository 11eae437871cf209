/** Which photo is looked at, and whether on the whole screen: both in the address, so that a reload and the phone's back button know. */
import { computed, ref, watch, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

export interface PhotoPlace {
  /** From 0; never past the last one. */
  readonly at: ComputedRef<number>;
  readonly isOpen: ComputedRef<boolean>;
  readonly look: (at: number) => void;
  readonly open: () => void;
  /** Leave the whole screen, as the back button does. */
  readonly close: () => void;
}

export function usePhotoPlace(count: () => number): PhotoPlace {
  const route = useRoute();
  const router = useRouter();
  const wanted = ref(Math.max(0, Number(route.query["at"] ?? 1) - 1));
  const isOpen = computed(() => route.query["full"] !== undefined);
  const at = computed(() => Math.max(0, Math.min(wanted.value, count() - 1)));

  const note = (): void => {
    const now = String(at.value + 1);
    if (count() > 0 && (route.query["at"] ?? "1") !== now)
      void router.replace({ query: { ...route.query, at: now }, hash: route.hash });
  };
  watch([wanted, isOpen], note, { flush: "post" });

  return {
    at,
    isOpen,
    look(to) {
      if (to >= 0) wanted.value = to;
    },
    open: () => void router.push({ query: { ...route.query, full: "1" } }),
    close() {
      if (!isOpen.value) return;
      const { back } = (window.history.state ?? {}) as { back?: unknown };
      if (typeof back === "string" && back.startsWith(route.path)) router.back();
      else {
        const query = { ...route.query };
        delete query["full"];
        void router.replace({ query });
      }
    },
  };
}
