/** Putting a piece into a text at the caret, and taking it out again without a word that was typed since. Pure. */
import { BLANK } from "./writing.ts";

export interface Insertion {
  readonly text: string;
  /** What was put in, with the mark that joins it to what stood before. */
  readonly piece: string;
  readonly at: number;
  /** Where the caret stands then. */
  readonly caret: number;
}

const JOINS = /(^|[\n。！？；：，、“（])$/;

/** Put an opening in at the caret; its blank becomes the place where the writing goes on. */
export function insertOpening(text: string, at: number, opening: string): Insertion {
  const before = text.slice(0, at);
  const mark = JOINS.test(before.trimEnd() === "" ? "" : before) ? "" : "。";
  const [head = "", tail = ""] = opening.split(BLANK);
  const piece = mark + head + tail;
  return {
    text: before + piece + text.slice(at),
    piece,
    at,
    caret: at + mark.length + head.length,
  };
}

/** Begin a line with a prompt (学习：); what is there already stays. */
export function insertPrompt(text: string, prompt: string): Insertion {
  const before = text.trimEnd();
  const piece = `${before === "" ? "" : "\n"}${prompt}：`;
  const whole = before + piece;
  return { text: whole, piece, at: before.length, caret: whole.length };
}

/** Take a piece out: where it was put, else where it stands now; a text that no longer holds it stays as it is. */
export function withoutPiece(text: string, { piece, at }: Pick<Insertion, "piece" | "at">): string {
  const found = text.startsWith(piece, at) ? at : text.indexOf(piece);
  return found < 0 ? text : text.slice(0, found) + text.slice(found + piece.length);
}

const signs = (text: string): number => Array.from(text).length;
/** Fewer signs lost at once are a correction. */
const MUCH = 20;

/** Whether one input threw words away: the field is empty now, or much shorter than it was. */
export const threwAway = (before: string, now: string): boolean =>
  now === "" ? signs(before.trim()) > 1 : signs(before) - signs(now) >= MUCH;
