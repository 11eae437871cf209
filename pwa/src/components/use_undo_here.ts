/**
 * Undo for what is thrown away inside a form. What is brought back is put into the form itself, also when the part it was
 * written in is folded by then; when the form leaves the screen its offer goes too, since it could bring nothing back there.
 */
import { inject, onBeforeUnmount, provide, type InjectionKey } from "vue";
import type { Values } from "#worker/store/types.ts";
import { useApp } from "./app_context.ts";

type Back = () => Promise<void>;

export interface OpenForm {
  readonly values: () => Values;
  readonly setAll: (values: Values) => void;
}

interface Place extends Partial<OpenForm> {
  readonly offers: Set<Back>;
}

const KEY: InjectionKey<Place> = Symbol("form");

/** Let the fields below put things back into this form. */
export function provideForm(form: OpenForm): void {
  const place = { ...form, offers: new Set<Back>() };
  provide(KEY, place);
  lapseWith(place);
}

export interface UndoHere extends Partial<OpenForm> {
  /** Say what was done and offer to take it back, under `word`. */
  readonly show: (text: string, back: () => void, word?: string) => void;
}

/** `values` and `setAll` are those of the form around; a field that stands alone has neither, and its offer goes with itself. */
export function useUndoHere(): UndoHere {
  const { undo } = useApp();
  const form = inject(KEY, null);
  const place: Place = form ?? { offers: new Set<Back>() };
  if (!form) lapseWith(place);
  return {
    ...form,
    show(text, back, word) {
      const offer: Back = () => {
        back();
        return Promise.resolve();
      };
      place.offers.add(offer);
      undo.show(text, offer, word);
    },
  };
}

function lapseWith({ offers }: Place): void {
  const { undo } = useApp();
  onBeforeUnmount(() => {
    const back = undo.offer.value?.back;
    if (back && offers.has(back)) undo.lapse();
  });
}
