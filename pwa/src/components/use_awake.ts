/** Keep the screen lit while something on it is to be read by somebody else; where the browser cannot, it dims as it always does. */
import { onMounted, onScopeDispose } from "vue";

export function useAwake(): void {
  let lock: WakeLockSentinel | null = null;
  let left = false;

  /** The system takes the lock away with the page's visibility, so it is asked for anew whenever the page is seen again. */
  async function ask(): Promise<void> {
    if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
    lock = await navigator.wakeLock.request("screen").catch(() => null); // refused to save the battery
    if (left) await lock?.release();
  }
  const seen = (): void => void ask();

  onMounted(() => {
    document.addEventListener("visibilitychange", seen);
    seen();
  });
  onScopeDispose(() => {
    left = true;
    document.removeEventListener("visibilitychange", seen);
    void lock?.release();
  });
}
