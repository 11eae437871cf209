/** One line about what was just done, for some seconds; what was put away can be brought back by it: 放回来. */
import { shallowRef, type ShallowRef } from "vue";

export const UNDO_MS = 8000;
/** A line with nothing to undo goes sooner. */
export const SAID_MS = 4000;

/** What is said; as a function, of what may change while it is read. */
export type Said = string | (() => string);

export interface Offer {
  readonly text: Said;
  readonly back?: () => Promise<void>;
  /** The word on the button. */
  readonly word: string;
}

export const BRING_BACK = "放回来";

export interface Undo {
  readonly offer: Readonly<ShallowRef<Offer | null>>;
  /** Say what was done, and offer to bring back what was put away (or, under another word, to undo it); an earlier offer lapses. */
  show(text: Said, back?: () => Promise<void>, word?: string): void;
  /** Bring it back. */
  take(): Promise<void>;
  /** It can no longer be brought back: say nothing more of it. */
  lapse(): void;
  /** Let the offer stand while a finger or the focus rests on it. */
  hold(): void;
  release(): void;
}

export function createUndo(): Undo {
  const offer = shallowRef<Offer | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
  };
  const release = (): void => {
    stop();
    timer = setTimeout(() => (offer.value = null), offer.value?.back ? UNDO_MS : SAID_MS);
  };
  return {
    offer,
    show(text, back, word = BRING_BACK) {
      offer.value = back ? { text, back, word } : { text, word };
      release();
    },
    async take() {
      stop();
      const taken = offer.value;
      offer.value = null;
      await taken?.back?.();
    },
    lapse() {
      stop();
      offer.value = null;
    },
    hold: stop,
    release,
  };
}
