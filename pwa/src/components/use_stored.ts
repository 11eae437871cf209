/** Reading the phone's store from a screen: read once, and again whenever what was read has changed. */
import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from "vue";
import type { Changed } from "#worker/store/changes.ts";
import { useApp } from "./app_context.ts";
import { coalesced } from "./coalesce.ts";

export interface Stored<T> {
  readonly data: Readonly<ShallowRef<T | undefined>>;
  /** The store could not be read; the screen says so instead of showing an empty list. */
  readonly failed: Readonly<ShallowRef<boolean>>;
  reload(): Promise<void>;
}

/**
 * @param whats - the parts of the store whose change makes the answer old
 * @param read - asked with the person's id; not asked while nobody is signed in, and then there is no answer
 * @param sources - what else the question depends on
 */
export function useStored<T>(
  whats: readonly Changed[],
  read: (person: string) => Promise<T>,
  sources: readonly WatchSource[] = [],
): Stored<T> {
  const app = useApp();
  const data = shallowRef<T>();
  const failed = shallowRef(false);
  let asked = 0;
  const ask = async (): Promise<void> => {
    const person = app.person.value;
    if (!person) {
      data.value = undefined;
      failed.value = false;
      return;
    }
    const turn = asked;
    try {
      const answer = await read(person.id);
      if (turn !== asked) return; // another question has been asked meanwhile
      data.value = answer;
      failed.value = false;
    } catch {
      failed.value = turn === asked;
    }
  };
  const reading = coalesced(ask);
  const stopNews = app.on(whats, reading.soon);
  onScopeDispose(() => {
    stopNews();
    reading.stop();
  });
  const change = (): void => {
    asked += 1;
    void reading.now();
  };
  watch([() => app.person.value?.id, ...sources], ([now], [before]) => {
    if (now !== before) data.value = undefined; // what one person may see is gone before it is known what the next may
    change();
  });
  change();
  return { data, failed, reload: reading.now };
}
