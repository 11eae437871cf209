/** How far photos may be used: only as far as the families of all children that a visit tells of have agreed to it. Pure. */
import type { PhotoLevel, Values } from "./types.ts";

const LEVELS: readonly PhotoLevel[] = ["no", "unknown", "archive", "school", "public"];

/** What the school's row of a student says; a row that says nothing was never asked about. */
export const photoLevelOf = (row: Values): PhotoLevel => LEVELS.find((each) => each === row["may_photo"]) ?? "unknown";

/** The least of what several families let be done. */
export const leastPhotoLevel = (said: readonly PhotoLevel[]): PhotoLevel =>
  LEVELS.find((each) => said.includes(each)) ?? "unknown";

/** Whether a photo may be put to a use; the archive is the least of them. */
export const mayUse = (level: PhotoLevel, use: string): boolean =>
  use === "archive" ||
  LEVELS.indexOf(level) >=
    Math.max(
      LEVELS.findIndex((each) => each === use),
      LEVELS.indexOf("archive"),
    );
