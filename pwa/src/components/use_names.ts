/** Names by id of the people and classes on this phone: what a value of ids is read as. */
import { computed, type ComputedRef } from "vue";
import { rowsOf } from "#worker/store/records.ts";
import { textOf } from "#pwa/components/form.ts";
import { useStored } from "#pwa/components/use_stored.ts";

const NAMED = ["staff", "student", "class"] as const;

export function useNames(): ComputedRef<ReadonlyMap<string, string>> {
  const rows = useStored(["rows"], async (person) =>
    (await Promise.all(NAMED.map((kind) => rowsOf(person, kind)))).flat(),
  ).data;
  return computed(() => new Map(rows.value?.map((row) => [textOf(row["id"]), textOf(row["name"])] as const)));
}
