/** What a visit may hold, by what the families of its children said: read again whenever that or the visit changes. */
import { computed, type ComputedRef, type ShallowRef } from "vue";
import { leastOf } from "#worker/store/consent.ts";
import { leastPhotoLevel } from "#worker/store/photo_use.ts";
import { childrenOf } from "#worker/store/records.ts";
import type { Draft, MayRecord, PhotoLevel, StudentEntry } from "#worker/store/types.ts";
import { elements } from "#worker/store/values.ts";
import { useStored } from "#pwa/components/use_stored.ts";

export interface VisitConsent {
  /** The visit's own child; null if this phone does not hold it. */
  readonly student: ComputedRef<StudentEntry | null>;
  /** Of a family whose row is not on this phone (a colleague's class) the school's server knows more. */
  readonly mayRecord: ComputedRef<MayRecord>;
  /** The children whose family has not agreed, the visit's own first. */
  readonly withheld: ComputedRef<readonly StudentEntry[]>;
  /** How far its photos may be used; where a family refuses the record, there are none. */
  readonly mayPhoto: ComputedRef<PhotoLevel>;
  /** It has been read for the child that the visit names now. */
  readonly ready: ComputedRef<boolean>;
}

export function useConsent(draft: Readonly<ShallowRef<Draft | null>>): VisitConsent {
  const own = computed(() => draft.value?.studentId ?? "");
  const beside = computed(() => elements(draft.value?.values[`visit:${draft.value.id}`]?.["also_for"]).join(" "));
  const read = useStored(
    ["rows", "outbox"],
    async (person) => {
      const of = own.value;
      return { of, children: of === "" ? [] : await childrenOf(person, of, beside.value.split(" ")) };
    },
    [own, beside],
  ).data;
  const children = computed(() => read.value?.children ?? []);
  return {
    student: computed(() => children.value.find((each) => each.id === own.value) ?? null),
    mayRecord: computed(() => leastOf(children.value.map((each) => each.mayRecord))),
    mayPhoto: computed(() => leastPhotoLevel(children.value.map((each) => each.mayPhoto))),
    withheld: computed(() => children.value.filter((each) => each.mayRecord !== "yes")),
    ready: computed(() => read.value?.of === own.value),
  };
}
