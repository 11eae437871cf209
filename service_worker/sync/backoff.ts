/** How long to wait before the next try. Pure, but for chance, which is handed in. */

const FIRST_MS = 2_000;
export const LONGEST_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/** Full jitter: anything between 2 s and a time that doubles with each failure, up to 5 min. `failures` counts from 1. */
export function backOffMs(failures: number, chance: number = Math.random()): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return Math.round(FIRST_MS + chance * (longest - FIRST_MS));
}

/** The growing pause of one edit or photo that keeps failing by itself. */
export const lonePauseMs = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20));

/** A pause that is longer than any we make was made before the phone's clock was set back: it is over. */
export const isPauseOver = (notBefore: number, now: number): boolean =>
  notBefore <= now || notBefore > now + LONGEST_PAUSE_MS;

/** `Retry-After` in milliseconds: seconds or a date; null if there is none that can be read. An hour is the most believed. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(3_600_000, Math.max(0, ms)) : null;
}
