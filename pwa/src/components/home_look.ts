/** One look at the store for all that stands on 今天: kept until something but photos has changed, for all who ask meanwhile. */
import { homeView } from "#worker/store/mine.ts";
import type { View } from "#worker/store/view.ts";
import { STUCK_MS } from "./coalesce.ts";

export interface HomeLook {
  /** @throws DOMException, if the store cannot be read; the next one who asks looks again */
  readonly of: (person: string) => Promise<View>;
  readonly forget: () => void;
}

export function keepHomeLook(): HomeLook {
  let kept: { readonly person: string; readonly view: Promise<View>; readonly since: number; ended: boolean } | null =
    null;
  return {
    of(person) {
      const isStuck = kept !== null && !kept.ended && Date.now() - kept.since >= STUCK_MS;
      if (kept?.person === person && !isStuck) return kept.view;
      const mine = { person, view: homeView(person), since: Date.now(), ended: false };
      kept = mine;
      mine.view.then(
        () => {
          mine.ended = true;
        },
        () => {
          if (kept === mine) kept = null;
        },
      );
      return mine.view;
    },
    forget() {
      kept = null;
    },
  };
}
