/** 答应的事: a list of small objects that travels as one value. Pure. */
import type { Json } from "#worker/store/types.ts";

export interface Promised {
  readonly who: string;
  readonly what: string;
  readonly due: string | null;
  readonly done: boolean;
}

export const NEW_PROMISE: Promised = { who: "teacher", what: "", due: null, done: false };

export function promisesOf(value: Json | undefined): Promised[] {
  if (!Array.isArray(value)) return [];
  return value.map((each) => {
    const entry = each !== null && typeof each === "object" && !Array.isArray(each) ? each : {};
    const { who, what, due } = entry;
    return {
      who: typeof who === "string" ? who : "teacher",
      what: typeof what === "string" ? what : "",
      due: typeof due === "string" && due !== "" ? due : null,
      done: entry["done"] === true,
    };
  });
}

export const asJson = (promises: readonly Promised[]): Json => promises.map((each) => ({ ...each }));
