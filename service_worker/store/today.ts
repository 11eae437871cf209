/** 今天, from one look at the store: the page is read again after every change, and each look decodes every row it needs. */
import { dueIn, type Due } from "./due.ts";
import { roomsIn } from "./records.ts";
import type { Room } from "./types.ts";
import { look } from "./view.ts";

export interface Today {
  /** The classes on this phone, in order of grade and name. */
  readonly rooms: readonly Room[];
  /** By day; promises without a day come last. */
  readonly due: readonly Due[];
}

export async function todayOf(person: string): Promise<Today> {
  const view = await look(person, ["student", "visit"]);
  return { rooms: await roomsIn(person, view), due: await dueIn(view) };
}
