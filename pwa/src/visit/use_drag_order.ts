/** Dragging small pictures into another order: a mouse at once, a finger after holding for a moment, so that it can still scroll. */
import { onBeforeUnmount, shallowRef, watch, type ShallowRef } from "vue";

const HOLD_MS = 300;
const STILL_PX = 8;

export interface DragOrder {
  /** The order as it would be if the finger were lifted now; null while nothing is dragged. */
  readonly preview: Readonly<ShallowRef<readonly string[] | null>>;
  readonly dragged: Readonly<ShallowRef<string | null>>;
  /** A finger or mouse went down on a picture. */
  readonly press: (event: PointerEvent, photo: string) => void;
}

/** `list` with the element at `from` put at `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/**
 * @param strip - holds the pictures, each marked with `data-photo`
 * @param photos - the order as it is
 * @param drop - the picture at one place belongs at another
 */
export function useDragOrder(
  strip: Readonly<ShallowRef<HTMLElement | null>>,
  photos: () => readonly string[],
  drop: (from: number, to: number) => void,
): DragOrder {
  const preview = shallowRef<readonly string[] | null>(null);
  const dragged = shallowRef<string | null>(null);
  let pressed: { photo: string; x: number; y: number; pointer: number } | null = null;
  let hold: ReturnType<typeof setTimeout> | undefined;

  const begin = (): void => {
    if (!pressed) return;
    dragged.value = pressed.photo;
    preview.value = photos();
    strip.value?.setPointerCapture(pressed.pointer);
  };
  const end = (): void => {
    clearTimeout(hold);
    pressed = null;
    dragged.value = null;
    preview.value = null;
  };
  const over = (event: PointerEvent): string | undefined =>
    document
      .elementsFromPoint(event.clientX, event.clientY)
      .map((element) => element.closest<HTMLElement>("[data-photo]")?.dataset["photo"])
      .find((photo) => photo !== undefined);

  function move(event: PointerEvent): void {
    if (!pressed) return;
    if (dragged.value === null) {
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < STILL_PX) return;
      if (event.pointerType !== "mouse")
        end(); // it scrolls
      else begin();
    }
    if (dragged.value === null) return;
    const now = preview.value ?? photos();
    const [from, to] = [now.indexOf(dragged.value), now.indexOf(over(event) ?? "")];
    if (to >= 0 && to !== from) preview.value = moved(now, from, to);
  }
  function lift(): void {
    const from = photos().indexOf(dragged.value ?? "");
    const to = preview.value?.indexOf(dragged.value ?? "") ?? -1;
    if (from >= 0 && to >= 0) swallowClick(strip.value);
    if (from >= 0 && to >= 0 && from !== to) drop(from, to);
    end();
  }
  const still = (event: Event): void => {
    if (dragged.value !== null) event.preventDefault(); // neither scrolling nor a menu while a picture is held
  };

  watch(strip, (element, _, clean) => {
    if (!element) return;
    const gone = new AbortController();
    const { signal } = gone;
    element.addEventListener("pointermove", move, { signal });
    element.addEventListener("pointerup", lift, { signal });
    element.addEventListener("pointercancel", end, { signal });
    element.addEventListener("touchmove", still, { signal, passive: false });
    element.addEventListener("contextmenu", still, { signal });
    clean(() => {
      gone.abort();
    });
  });
  onBeforeUnmount(end);

  return {
    preview,
    dragged,
    press(event, photo) {
      if (event.button !== 0 || photos().length < 2) return;
      pressed = { photo, x: event.clientX, y: event.clientY, pointer: event.pointerId };
      if (event.pointerType !== "mouse") hold = setTimeout(begin, HOLD_MS);
    },
  };
}

/** Letting go is no tap on what lies beneath. */
function swallowClick(element: HTMLElement | null): void {
  const swallow = (event: Event): void => {
    event.stopPropagation();
  };
  element?.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => element?.removeEventListener("click", swallow, { capture: true }), 50);
}
