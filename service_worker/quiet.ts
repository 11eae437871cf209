/** The quiet hours of the evening and night, on the phone's clock: in them nothing prompts. */
import type { Json, Values } from "./store/types.ts";

export interface QuietHours {
  /** Hour and minute, such as 22:00. */
  readonly from: string;
  readonly to: string;
}

const DEFAULT: QuietHours = { from: "22:00", to: "07:00" };
const CLOCK = /^\d\d:\d\d$/;
const clockOf = (value: Json | undefined, otherwise: string): string =>
  typeof value === "string" && CLOCK.test(value) ? value : otherwise;

/** The school's quiet hours; this app's own where its campaign row says none. */
export function quietHours(campaign: Values): QuietHours {
  const told = campaign["writing"];
  const hours = told !== null && typeof told === "object" && !Array.isArray(told) ? told["quiet_hours"] : null;
  const { from, to } = hours !== null && typeof hours === "object" && !Array.isArray(hours) ? hours : {};
  return { from: clockOf(from, DEFAULT.from), to: clockOf(to, DEFAULT.to) };
}

export function isQuiet({ from, to }: QuietHours, at: Date): boolean {
  const two = (n: number): string => String(n).padStart(2, "0");
  const now = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return from <= to ? from <= now && now < to : now >= from || now < to;
}
