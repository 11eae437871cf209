/** What every part of the form is given, and what it says. */
import type { Json, StudentEntry, Values } from "#worker/store/types.ts";

export interface PartProps {
  readonly form: Values;
  readonly visitId: string;
  readonly student: StudentEntry | null;
  /** The visit is at the school already: its student can no longer be another. */
  readonly fixed: boolean;
}

export interface PartEmits {
  set: [field: string, value: Json];
  /** Several fields at once, in whichever records they belong. */
  setAll: [values: Values];
}
