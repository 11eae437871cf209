/** Help with the words, from the school's campaign row: openings, what stands beside and inside a field, reminders. Pure. */
import type { Json, Values } from "#worker/store/types.ts";

type Lines = readonly string[];

export interface Reminder {
  readonly hint: string;
  readonly words: Lines;
  /** Longer words that hold one of `words` and mean something else. */
  readonly except: Lines;
}

/** Where in an opening the teacher goes on writing. */
export const BLANK = "＿";

export interface Writing {
  readonly banner: (field: string) => string;
  readonly inside: (field: string) => string;
  readonly openings: (field: string) => Lines;
  /** The openings of a field by its prompts. */
  readonly prompts: (field: string) => Readonly<Record<string, Lines>>;
  readonly reminders: readonly Reminder[];
}

/** Read the help of a campaign row; before one has arrived there is none. */
export function readWriting(campaign: Values): Writing {
  const told = objectOf(campaign["writing"]);
  const [banners, inside, openings, prompts] = ["banners", "inside", "openings", "prompts"].map((key) =>
    objectOf(told[key]),
  );
  const reminders = Array.isArray(told["reminders"]) ? told["reminders"] : [];
  return {
    banner: (field) => wordOf(banners?.[field]),
    inside: (field) => wordOf(inside?.[field]),
    openings: (field) => linesOf(openings?.[field]),
    prompts: (field) =>
      Object.fromEntries(Object.entries(objectOf(prompts?.[field])).map(([prompt, lines]) => [prompt, linesOf(lines)])),
    reminders: reminders.map(objectOf).map((each) => ({
      hint: wordOf(each["hint"]),
      words: linesOf(each["words"]),
      except: linesOf(each["except"]),
    })),
  };
}

export interface Reminded {
  readonly words: Lines;
  readonly hint: string;
}

/** The hints that a text calls for, each once, with the words that called for it. */
export function remindedOf(text: string, reminders: readonly Reminder[]): Reminded[] {
  return reminders.flatMap(({ hint, words, except }) => {
    const plain = except.reduce((rest, longer) => rest.replaceAll(longer, "　"), text);
    const found = words.filter((word) => plain.includes(word));
    return found.length > 0 ? [{ words: found, hint }] : [];
  });
}

const objectOf = (value: Json | undefined): Values =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
const wordOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const linesOf = (value: Json | undefined): Lines =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
