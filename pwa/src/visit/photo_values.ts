/** The photos of a visit as values of its record: a set of hashes, and each photo's own fields under its path. Pure. */
import { photoPath } from "#worker/store/fields.ts";
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

/** Take a photo out; its fields stay in the draft, so that bringing it back brings back its words. */
export const withoutPhoto = (form: Values, sha256: string): Values => ({
  photos: elements(form["photos"]).filter((each) => each !== sha256),
});

/** 286 KB */
export const sizeWords = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1000))} KB`;
