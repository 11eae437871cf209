/** The order of a visit's photos: the set itself merges by element, so an order that somebody made is a value of its own. Pure. */
import type { Json, Values } from "./types.ts";
import { elements } from "./values.ts";

export const ORDER_FIELD = "photo_order";

/** The photos as a person put them; those that nobody has placed yet follow, in the order in which they were added. */
export function photosInOrder(visit: Values): string[] {
  const photos = elements(visit["photos"]);
  const placed = placedIn(visit[ORDER_FIELD]).filter((each) => photos.includes(each));
  return [...new Set([...placed, ...photos])];
}

/** The value that says this order. */
export const orderValue = (photos: readonly string[]): Json => photos.map((photo) => ({ photo }));

function placedIn(value: Json | undefined): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => {
    const photo = each !== null && typeof each === "object" && !Array.isArray(each) ? each["photo"] : null;
    return typeof photo === "string" ? [photo] : [];
  });
}
