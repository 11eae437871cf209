/** Which words of two texts differ, so that the eye finds them. Pure. */
import { diffArrays } from "diff";

export interface Piece {
  readonly text: string;
  readonly differs: boolean;
}

export type Pieces = readonly [left: Piece[], right: Piece[]];

/** Beyond this many changed words the whole counts as different: no phone should wait for an underline. */
const MOST_EDITS = 1_000;

/** A lone character that stands in both between two differing words ties nothing together. */
const LONE = /^[\p{L}\p{N}]$/u;

/** Letters or digits in a row, white space, or one character with its marks: what a browser without word breaks is given. */
const CHARACTERS = /[\p{Script=Latin}\p{N}]+|\s+|\P{M}(?:\p{M}|\p{EMod}|\u200d\P{M})*|\p{M}+/gu;

/** Words where the browser can tell them apart (Chinese has no spaces), else characters. */
export function wordsOf(text: string): string[] {
  const { Segmenter } = Intl as { Segmenter?: typeof Intl.Segmenter };
  if (!Segmenter) return text.match(CHARACTERS) ?? [];
  return [...new Segmenter("zh", { granularity: "word" }).segment(text)].map((part) => part.segment);
}

/** Both texts in pieces; what stands in both in the same order is not marked. */
export function differing(left: string, right: string): Pieces {
  const changes = diffArrays(wordsOf(left), wordsOf(right), { maxEditLength: MOST_EDITS });
  if (!changes) return [whole(left), whole(right)];
  const sides: Pieces = [[], []];
  changes.forEach(({ value, added, removed }, at) => {
    const text = value.join("");
    const between = at > 0 && at < changes.length - 1;
    const differs = added || removed || (between && LONE.test(text));
    if (!added) put(sides[0], text, differs);
    if (!removed) put(sides[1], text, differs);
  });
  return sides;
}

/** Two values of which nothing can be shared: a day, a choice. */
export const whole = (text: string): Piece[] => (text === "" ? [] : [{ text, differs: true }]);

function put(pieces: Piece[], text: string, differs: boolean): void {
  const last = pieces.at(-1);
  if (last?.differs === differs) pieces[pieces.length - 1] = { text: last.text + text, differs };
  else pieces.push({ text, differs });
}

/** Two lists: an element that the other side does not have is marked. */
export function differingElements(left: readonly string[], right: readonly string[]): Pieces {
  return [elementPieces(left, right), elementPieces(right, left)];
}

function elementPieces(mine: readonly string[], theirs: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  mine.forEach((text, at) => {
    if (at > 0) pieces.push({ text: "、", differs: false });
    pieces.push({ text, differs: !theirs.includes(text) });
  });
  return pieces;
}
