/** Which words of two texts differ, so that the eye finds them. Pure. */

export interface Piece {
  readonly text: string;
  readonly differs: boolean;
}

/** Beyond this many comparisons the whole middle counts as different: no phone should wait for an underline. */
const MOST_CELLS = 1_000_000;

/** Words where the browser can tell them apart, else characters. */
function wordsOf(text: string): string[] {
  if (typeof Intl.Segmenter !== "function") return Array.from(text);
  return [...new Intl.Segmenter("zh", { granularity: "word" }).segment(text)].map((part) => part.segment);
}

/** Both texts in pieces; what stands in both in the same order is not marked. */
export function differing(left: string, right: string): readonly [Piece[], Piece[]] {
  const a = wordsOf(left);
  const b = wordsOf(right);
  const [keptA, keptB] = a.length * b.length > MOST_CELLS ? [new Set<number>(), new Set<number>()] : common(a, b);
  return [piecesOf(a, keptA), piecesOf(b, keptB)];
}

/** The places of a longest common subsequence in each list. */
function common(a: readonly string[], b: readonly string[]): readonly [Set<number>, Set<number>] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const [inA, inB] = [new Set<number>(), new Set<number>()];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      inA.add(i++);
      inB.add(j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return [inA, inB];
}

function piecesOf(words: readonly string[], kept: ReadonlySet<number>): Piece[] {
  const pieces: { text: string; differs: boolean }[] = [];
  words.forEach((text, at) => {
    const differs = !kept.has(at);
    const last = pieces.at(-1);
    if (last?.differs === differs) last.text += text;
    else pieces.push({ text, differs });
  });
  return pieces;
}
