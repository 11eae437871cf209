/** Keeps every keystroke: a save soon after each change, at once when asked, never two at a time, and again after a failure. */
import { shallowRef, type ShallowRef } from "vue";
import { isoLocal } from "#worker/ids.ts";

/** How long after the first unsaved keystroke is saved, also while the typing goes on; the promise is 300 ms. */
export const SAVE_AFTER_MS = 200;
export const TRY_AGAIN_MS = 4000;

export type SaveState =
  | { readonly kind: "clean"; readonly savedAt: string | null }
  | { readonly kind: "waiting" }
  | { readonly kind: "failed" };

export interface Autosave {
  readonly state: Readonly<ShallowRef<SaveState>>;
  /** Something has changed. */
  readonly touch: () => void;
  /** Save now what is unsaved. Resolves when it is on the disk; false if it could not be stored. */
  readonly flush: () => Promise<boolean>;
}

/** @param save - stores what the form shows at the moment it is called */
export function createAutosave(save: () => Promise<void>): Autosave {
  const state = shallowRef<SaveState>({ kind: "clean", savedAt: null });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let changes = 0;
  let saved = 0;
  let running: Promise<boolean> | null = null;

  const noTimer = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };

  const saveAll = async (): Promise<boolean> => {
    while (saved < changes) {
      const upTo = changes;
      try {
        await save();
      } catch {
        state.value = { kind: "failed" };
        timer ??= setTimeout(() => void flush(), TRY_AGAIN_MS);
        return false;
      }
      saved = upTo;
    }
    state.value = { kind: "clean", savedAt: isoLocal() };
    return true;
  };

  async function flush(): Promise<boolean> {
    noTimer();
    if (running) {
      await running;
      return flush(); // what was typed meanwhile
    }
    if (saved === changes) return true;
    running = saveAll();
    try {
      return await running;
    } finally {
      running = null;
    }
  }

  return {
    state,
    touch() {
      changes += 1;
      if (state.value.kind !== "failed") state.value = { kind: "waiting" };
      timer ??= setTimeout(() => void flush(), SAVE_AFTER_MS);
    },
    flush,
  };
}
