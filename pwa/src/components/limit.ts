/** How much room a text has left: told only for its last 20 characters, and when it is too long. Nothing is ever cut off. */
const TOLD_FROM = 20;

export function leftWords(text: string, limit: number | undefined): string {
  if (limit === undefined) return "";
  const left = limit - Array.from(text).length; // a rare character that takes two units is one
  if (left > TOLD_FROM) return "";
  return left >= 0 ? `还可写 ${left} 字` : `多了 ${-left} 字`;
}
