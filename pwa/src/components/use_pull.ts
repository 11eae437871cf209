/** Pulling a list down with a finger to ask the school again. A button beside it does the same. */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";

export const PULL_PX = 64;
/** The finger moves further than the page, so that the end is felt. */
const DRAG = 0.5;
const MOST_PX = 88;

export interface Pull {
  /** How far the page hangs down now, in pixels; 0 when nobody pulls. */
  readonly distance: Readonly<Ref<number>>;
  readonly working: Readonly<Ref<boolean>>;
}

export function usePull(main: Readonly<Ref<HTMLElement | null>>, refresh: (() => Promise<unknown>) | undefined): Pull {
  const distance = ref(0);
  const working = ref(false);
  let from: number | null = null;

  const begin = (event: TouchEvent): void => {
    const [touch] = event.touches;
    const top = (main.value?.scrollTop ?? 1) <= 0 && event.touches.length === 1 && !working.value;
    from = top && touch ? touch.clientY : null;
  };
  const move = (event: TouchEvent): void => {
    const [touch] = event.touches;
    if (from === null || !touch) return;
    const pulled = (touch.clientY - from) * DRAG;
    if (pulled <= 0 || (main.value?.scrollTop ?? 0) > 0) {
      distance.value = 0;
      return;
    }
    event.preventDefault(); // the browser would scroll, or reload the page
    distance.value = Math.min(pulled, MOST_PX);
  };
  const end = (): void => {
    const enough = from !== null && distance.value >= PULL_PX;
    from = null;
    distance.value = enough ? PULL_PX : 0;
    if (enough) void work();
  };
  async function work(): Promise<void> {
    working.value = true;
    try {
      await refresh?.();
    } finally {
      working.value = false;
      distance.value = 0;
    }
  }

  if (refresh) {
    onMounted(() => {
      main.value?.addEventListener("touchstart", begin, { passive: true });
      main.value?.addEventListener("touchmove", move, { passive: false });
      main.value?.addEventListener("touchend", end);
      main.value?.addEventListener("touchcancel", end);
    });
    onBeforeUnmount(() => {
      main.value?.removeEventListener("touchstart", begin);
      main.value?.removeEventListener("touchmove", move);
      main.value?.removeEventListener("touchend", end);
      main.value?.removeEventListener("touchcancel", end);
    });
  }
  return { distance, working };
}
