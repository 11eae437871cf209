/** The photos of a visit as values of its record: a set of hashes, their order, and each photo's own fields under its path. Pure. */
import { PHOTO_FIELDS, photoPath } from "#worker/store/fields.ts";
import { ORDER_FIELD, orderValue, photosInOrder } from "#worker/store/photo_order.ts";
import type { Json, Values } from "#worker/store/types.ts";
import { elements } from "#worker/store/values.ts";
import { MOST_PHOTOS } from "#pwa/components/labels.ts";

/** Add photos, kept for the archive only unless the teacher says more; never more than fit. */
export function withPhotos(form: Values, hashes: readonly string[]): Values {
  const photos = [...new Set([...elements(form["photos"]), ...hashes])].slice(0, MOST_PHOTOS);
  const next: Record<string, Json> = { photos };
  for (const sha256 of hashes) {
    const use = photoPath(sha256, "use");
    if (photos.includes(sha256) && form[use] === undefined) next[use] = "archive";
  }
  return next;
}

/** Take a photo out; its fields and its place stay in the draft, so that bringing it back brings back its words. */
export const withoutPhoto = (form: Values, sha256: string): Values => ({
  photos: elements(form["photos"]).filter((each) => each !== sha256),
});

/** Bring a photo back to where `before` had it. */
export function withPhotoBack(form: Values, before: Values, sha256: string): Values {
  const now = elements(form["photos"]);
  if (now.includes(sha256) || now.length >= MOST_PHOTOS) return {};
  const were = elements(before["photos"]);
  return {
    photos: [
      ...were.filter((each) => each === sha256 || now.includes(each)),
      ...now.filter((each) => !were.includes(each)),
    ],
  };
}

/** Put another picture in a photo's place: it takes over the words and the use, not the parents' yes, which was for the other. */
export function withInstead(form: Values, old: string, sha256: string): Values {
  if (elements(form["photos"]).includes(sha256)) return {};
  const instead = (each: string): string => (each === old ? sha256 : each);
  const next: Record<string, Json> = { photos: elements(form["photos"]).map(instead) };
  if (form[ORDER_FIELD] !== undefined) next[ORDER_FIELD] = orderValue(photosInOrder(form).map(instead));
  for (const field of PHOTO_FIELDS) {
    const said = form[photoPath(old, field)];
    if (field !== "agreed_on_spot" && said !== undefined) next[photoPath(sha256, field)] = said;
  }
  return next;
}

/** Put the photo at one place (from 0) into another. */
export function withMoved(form: Values, from: number, to: number): Values {
  const photos = photosInOrder(form);
  const [moved] = photos.splice(from, 1);
  if (moved === undefined || to < 0 || to > photos.length) return {};
  photos.splice(to, 0, moved);
  return { [ORDER_FIELD]: orderValue(photos) };
}

/** 286 KB */
export const sizeWords = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1000))} KB`;
