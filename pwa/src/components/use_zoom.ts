/** Enlarging what lies in a scrolling frame: by steps, by two fingers, by tapping twice; what is in the middle stays there. */
import { nextTick, ref, type Ref } from "vue";

export const MOST_ZOOM = 4;
const STEP = 1.5;
const TAPPED_TWICE = 2.5;

export interface Zoom {
  readonly zoom: Readonly<Ref<number>>;
  readonly by: (steps: number) => void;
  readonly reset: () => void;
  /** Listeners of the frame. */
  readonly on: Readonly<Record<"touchstart" | "touchmove" | "dblclick", (event: Event) => void>>;
}

export const withinZoom = (zoom: number): number => Math.min(MOST_ZOOM, Math.max(1, zoom));

/** @param frame - the scrolling frame of the picture that is looked at now */
export function useZoom(frame: () => HTMLElement | null): Zoom {
  const zoom = ref(1);
  let pinch: { apart: number; zoom: number } | null = null;

  async function set(wanted: number): Promise<void> {
    const next = withinZoom(wanted);
    const element = frame();
    if (!element || next === zoom.value) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight, scrollWidth, scrollHeight } = element;
    const middle = [
      (scrollLeft + clientWidth / 2) / scrollWidth,
      (scrollTop + clientHeight / 2) / scrollHeight,
    ] as const;
    zoom.value = next;
    await nextTick();
    element.scrollLeft = middle[0] * element.scrollWidth - clientWidth / 2;
    element.scrollTop = middle[1] * element.scrollHeight - clientHeight / 2;
  }

  return {
    zoom,
    by: (steps) => void set(zoom.value * STEP ** steps),
    reset() {
      zoom.value = 1;
    },
    on: {
      touchstart(event) {
        const apart = apartness(event as TouchEvent);
        pinch = apart === null ? null : { apart, zoom: zoom.value };
      },
      touchmove(event) {
        const apart = apartness(event as TouchEvent);
        if (!pinch || apart === null) return;
        event.preventDefault();
        void set((pinch.zoom * apart) / pinch.apart);
      },
      dblclick: () => void set(zoom.value > 1 ? 1 : TAPPED_TWICE),
    },
  };
}

/** How far two fingers are apart, in pixels; null for any other number of fingers. */
function apartness({ touches }: TouchEvent): number | null {
  const [one, two] = [touches[0], touches[1]];
  if (touches.length !== 2 || !one || !two) return null;
  return Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
}
