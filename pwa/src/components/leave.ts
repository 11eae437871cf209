/** One step back in the app; where it began on this page, to `otherwise`. */
import type { Router } from "vue-router";

export function leave(router: Router, otherwise: string): void {
  const { back } = (window.history.state ?? {}) as { back?: unknown };
  if (typeof back === "string") router.back();
  else void router.replace(otherwise);
}
