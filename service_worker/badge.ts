/** The number on the app's icon: what waits to be sent and what needs the teacher. Many browsers have none. */
import type { HomeCounts } from "./store/types.ts";

interface BadgingNavigator {
  setAppBadge?(count: number): Promise<void>;
  clearAppBadge?(): Promise<void>;
}

/** In quiet hours there is no number: an icon that counts asks for something. */
export const badgeOf = (counts: HomeCounts | null, quiet: boolean): number =>
  counts && !quiet ? counts.waitingVisits + counts.needAction : 0;

/** Show the number; at 0 there is none. A browser that refuses changes nothing else. */
export async function showBadge(count: number): Promise<void> {
  const browser = navigator as BadgingNavigator;
  try {
    await (count > 0 ? browser.setAppBadge?.(count) : browser.clearAppBadge?.());
  } catch {
    // Not installed, or not allowed: the same number stands in the app.
  }
}
