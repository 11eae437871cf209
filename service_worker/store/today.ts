/** 今天, from one look at the store, which decodes every row it needs. */
import { dueIn, type Due } from "./due.ts";
import { roomsIn } from "./records.ts";
import type { Room } from "./types.ts";
import type { View } from "./view.ts";

export interface Today {
  /** The classes on this phone, in order of grade and name. */
  readonly rooms: readonly Room[];
  /** By day; promises without a day come last. */
  readonly due: readonly Due[];
}

/** The view must hold students and visits. */
export const todayIn = async (view: View): Promise<Today> => ({
  rooms: await roomsIn(view.person, view),
  due: await dueIn(view),
});
