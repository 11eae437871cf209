/** The choices of a page of conflicts while they are being made: kept at every change, and there again after a kill. */
import { shallowRef, type ShallowRef } from "vue";
import { chosen } from "#worker/store/merging.ts";
import { decidingOf, putDeciding } from "#worker/store/deciding.ts";
import type { Choice, ConflictEntry, Deciding, Json } from "#worker/store/types.ts";
import { useApp } from "#pwa/components/app_context.ts";
import { createAutosave, type SaveState } from "#pwa/components/autosave.ts";
import { holdUpdates, keepWhenLeaving } from "#pwa/components/keeping.ts";

export interface UseDeciding {
  /** Whose choices these are; only they may take them. */
  readonly owner: string | undefined;
  readonly state: Readonly<ShallowRef<SaveState>>;
  /** What was begun before has been read. */
  readonly ready: Readonly<ShallowRef<boolean>>;
  /** The choice made for this conflict as it stands now; null if none, or if a side has changed since. */
  readonly choiceOf: (conflict: ConflictEntry) => Choice | null;
  readonly writtenOf: (conflict: ConflictEntry) => Json;
  /** A choice was made, and a side has changed since. */
  readonly isMoved: (conflict: ConflictEntry) => boolean;
  readonly choose: (conflict: ConflictEntry, choice: Choice, begin: Json) => void;
  readonly write: (conflict: ConflictEntry, value: Json) => void;
  /** Words of one's own about a conflict, also when it is gone from the page; null if there are none. */
  readonly wordsOf: (conflictId: string) => Json;
  readonly flush: () => Promise<boolean>;
}

export function useDeciding(): UseDeciding {
  const app = useApp();
  const begun = shallowRef<ReadonlyMap<string, Deciding>>(new Map());
  const ready = shallowRef(false);
  const unsaved = new Set<string>();
  /** Whose choices these are, for as long as this screen stands, whoever signs in meanwhile. */
  const owner = app.person.value?.id;
  const autosave = createAutosave(async () => {
    if (owner === undefined) return;
    const ids = [...unsaved];
    unsaved.clear(); // before the save: what is typed while it runs is unsaved again
    const now = ids.map((id) => begun.value.get(id)).filter((each) => each !== undefined);
    try {
      await putDeciding(owner, now);
    } catch (error) {
      for (const id of ids) unsaved.add(id);
      throw error;
    }
  });

  async function read(): Promise<void> {
    if (owner !== undefined) {
      const known = await decidingOf(owner);
      begun.value = new Map([...known.map((each) => [each.conflictId, each] as const), ...begun.value]);
    }
    ready.value = true;
  }

  const put = ({ id, rev, visitId }: ConflictEntry, part: Partial<Deciding>): void => {
    const known = begun.value.get(id) ?? { choice: null, written: null };
    begun.value = new Map(begun.value).set(id, { ...known, ...part, conflictId: id, visitId, seen: rev });
    unsaved.add(id);
    autosave.touch();
  };

  void read();
  keepWhenLeaving(autosave.flush);
  holdUpdates(autosave.state);
  const of = (conflict: ConflictEntry): Deciding | undefined => begun.value.get(conflict.id);
  return {
    owner,
    state: autosave.state,
    ready,
    choiceOf: (conflict) => (of(conflict)?.seen === conflict.rev ? (of(conflict)?.choice ?? null) : null),
    writtenOf: (conflict) => of(conflict)?.written ?? null,
    isMoved: (conflict) => (of(conflict)?.choice ?? null) !== null && of(conflict)?.seen !== conflict.rev,
    choose: (conflict, choice, begin) => {
      const written = of(conflict)?.written ?? null;
      put(conflict, { choice, written: choice === "written" && written === null ? begin : written });
    },
    write: (conflict, value) => {
      put(conflict, { choice: "written", written: value });
    },
    wordsOf: (conflictId) => begun.value.get(conflictId)?.written ?? null,
    flush: autosave.flush,
  };
}

/** What a third version begins with: both where they can be joined, else what stands at the school. */
export const beginning = (conflict: ConflictEntry, choices: readonly Choice[]): Json =>
  chosen(conflict, choices.includes("both") ? "both" : "head", null);
