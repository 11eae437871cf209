/** The number on the app's icon, kept while the app is open; in quiet hours there is none. */
import { watch } from "vue";
import { badgeOf, showBadge } from "#worker/badge.ts";
import { useApp } from "./app_context.ts";
import { useQuiet } from "./use_quiet.ts";

export function useBadge(): void {
  const { counts } = useApp();
  const quiet = useQuiet();
  watch([counts, quiet], () => void showBadge(badgeOf(counts.value, quiet.value)), { immediate: true });
}
