/** Why a message to a family waits a while now, in quiet hours. Pure. */
import type { QuietHours } from "#worker/quiet.ts";

/** Before this hour of the phone's clock it is still the night of the day before, to whoever is awake. */
const MORNING_HOUR = 5;

export function waitWords({ to }: QuietHours, at: Date): string {
  const [hour = "", minute = ""] = to.split(":");
  const until = `${Number(hour)}点${minute === "00" ? "" : `${Number(minute)}分`}`;
  const isEarly = at.getHours() >= MORNING_HOUR && at.getHours() <= Number(hour);
  return isEarly ? `现在还早，先想好，${until}以后再发给家长吧。` : "现在晚了，先想好，明早再发给家长吧。";
}
