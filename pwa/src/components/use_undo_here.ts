/** Undo for what is thrown away inside a form: the offer goes with its screen, since it could bring nothing back there. */
import { onBeforeUnmount } from "vue";
import { useApp } from "./app_context.ts";

/** @returns `show(text, back, word)`: say what was done and offer to take it back, under `word` */
export function useUndoHere(): (text: string, back: () => void, word?: string) => void {
  const { undo } = useApp();
  let last: (() => Promise<void>) | null = null;
  onBeforeUnmount(() => {
    if (last && undo.offer.value?.back === last) undo.lapse();
  });
  return (text, back, word) => {
    last = () => {
      back();
      return Promise.resolve();
    };
    undo.show(text, last, word);
  };
}
