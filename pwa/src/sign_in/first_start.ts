/** Whether the six sentences have been read on this phone. A browser that keeps nothing shows them again: no harm. */
const KEY = "first-start-read";

export function hasReadSentences(): boolean {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}

export function markSentencesRead(): void {
  try {
    localStorage.setItem(KEY, "yes");
  } catch {
    // Private windows may forbid it; then they are shown once more.
  }
}
