/** The children that a visit tells of, as far as this phone holds them, and what their families let the school write down. Pure. */
import { splitRef } from "../ids.ts";
import { leastOf, mayRecordOf } from "./consent.ts";
import { newest } from "./overlay.ts";
import { leastPhotoLevel, photoLevelOf } from "./photo_use.ts";
import type { MayRecord, PhotoLevel, Shown, Values } from "./types.ts";
import { elements } from "./values.ts";
import { shownIn, textOf, type View } from "./view.ts";

/** The visit's own child first, then brothers and sisters. The view must hold students. */
export function childrenIn(view: View, visit: Values): Shown[] {
  const known = (id: string): Shown[] => (view.rows.has(`student:${id}`) ? [shownIn(view, `student:${id}`)] : []);
  const [own] = known(textOf(visit, "student_id") ?? "");
  const household = own && textOf(own.values, "household_id");
  const isBeside = ({ ref, values }: Shown): boolean =>
    ref !== own?.ref && (own === undefined || textOf(values, "household_id") === household);
  const beside = household === null ? [] : elements(visit["also_for"]).flatMap(known).filter(isBeside);
  return own ? [own, ...beside] : beside;
}

export const idsOf = (children: readonly Shown[]): string[] => children.map((each) => splitRef(each.ref).id);

/** What one child's family lets the school write down. */
export const mayRecordFor = (view: View, { ref, values }: Shown): MayRecord =>
  mayRecordOf(newest(view.rows.get(ref) ?? [])?.row ?? {}, values);

/** How far the photos of a visit may be used: the least of what the families of its children let be done. */
export const mayPhotoIn = (view: View, visit: Values): PhotoLevel =>
  leastPhotoLevel(childrenIn(view, visit).map(({ values }) => photoLevelOf(values)));

/** What a visit may hold: the least of what the families of its children let the school write down. */
export const mayRecordIn = (view: View, visit: Values): MayRecord =>
  leastOf(childrenIn(view, visit).map((child) => mayRecordFor(view, child)));

/** Whether the school says of any child of a visit that its family lets nothing be written down. */
export const refusesIn = (view: View, visit: Values): boolean => saysNo(view, visit, "may_record");

/** The same of its photos, which go with the words. */
export const refusesPhotosIn = (view: View, visit: Values): boolean =>
  refusesIn(view, visit) || saysNo(view, visit, "may_photo");

const saysNo = (view: View, visit: Values, field: "may_record" | "may_photo"): boolean =>
  childrenIn(view, visit).some(({ ref }) => newest(view.rows.get(ref) ?? [])?.row[field] === "no");
