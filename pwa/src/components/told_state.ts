/** The one state that a list tells of a family. Pure. */
import type { StudentEntry, StudentState } from "#worker/store/types.ts";

/** Whoever has a visit of this teacher's under way is not 未访, and whoever left is not waited for: null, nothing is told. */
export function toldState({ state, pending, gone }: StudentEntry): StudentState | null {
  return state === "未访" && (pending !== null || gone) ? null : state;
}
