/** A window that slept (frozen, or kept for the back button) heard no news meanwhile: it looks again when it wakes. */
const WAKES: readonly (readonly [EventTarget, string])[] = [
  [window, "pageshow"],
  [document, "visibilitychange"],
  [document, "resume"],
];

/** Call `listener` whenever this window comes back; returns how to stop. */
export function onWaking(listener: () => void): () => void {
  const woken = (): void => {
    if (document.visibilityState === "visible") listener();
  };
  for (const [target, type] of WAKES) target.addEventListener(type, woken);
  return () => {
    for (const [target, type] of WAKES) target.removeEventListener(type, woken);
  };
}
