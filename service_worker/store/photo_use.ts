/** How far photos may be used: only as far as the families of all children that a visit tells of have agreed to it. Pure. */
import { ORDER_FIELD } from "./photo_order.ts";
import type { Draft, PhotoLevel, RecordRef, Values } from "./types.ts";
import { elements, isEmpty } from "./values.ts";

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

/** The part of a draft that may be handed in where a family refuses photos: none comes, and nothing new is said of one; any may go. */
export function withoutNewPhotos(draft: Draft): Draft {
  const ref: RecordRef = `visit:${draft.id}`;
  const [opened, now] = [draft.opened[ref] ?? {}, draft.values[ref] ?? {}];
  const atSchool = elements(opened["photos"]);
  const photos = elements(now["photos"]).filter((each) => atSchool.includes(each));
  const before = Object.entries(opened).filter(([field]) => isOfPhotos(field));
  const rest = Object.entries(now).filter(([field, value]) => !isOfPhotos(field) || isEmpty(value));
  const values = { ...Object.fromEntries(before), ...Object.fromEntries(rest), photos };
  return { ...draft, values: { ...draft.values, [ref]: values } };
}

const isOfPhotos = (field: string): boolean =>
  field === "photos" || field === ORDER_FIELD || field.startsWith("photos/");
