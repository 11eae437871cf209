/** Ids and times as they go on the wire. */

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Make a UUIDv7: 48 bits of time, then chance. Order is never read from it. */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const time = now.toString(16).padStart(12, "0");
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const rest = hex(bytes.subarray(6));
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`;
}

/** Say an instant as ISO 8601 with this phone's own offset, such as 2026-09-30T19:58:11+08:00. */
export function isoLocal(at: Date = new Date()): string {
  const offset = -at.getTimezoneOffset();
  const two = (n: number): string => String(n).padStart(2, "0");
  const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const ahead = Math.abs(offset);
  return `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

/** Today's day on this phone, such as 2026-09-30. */
export const today = (at: Date = new Date()): string => isoLocal(at).slice(0, 10);

/** The kind and the id of "kind:id". */
export function splitRef(ref: string): { kind: string; id: string } {
  const colon = ref.indexOf(":");
  return { kind: ref.slice(0, colon), id: ref.slice(colon + 1) };
}
