/** Finding a student by name, full pinyin or initials. Pure. */

export interface Named {
  readonly name: string;
  /** Syllables with spaces, such as "zhang san". */
  readonly pinyin: string;
  readonly initials: string;
}

const squeeze = (text: string): string => text.toLowerCase().replace(/[\s'·]/g, "");

/** How well a name answers a query: 0 not at all; more is better. A beginning beats a middle. */
export function score(named: Named, query: string): number {
  const asked = squeeze(query);
  if (asked === "") return 1;
  const ways = [named.initials, named.pinyin, named.name].map(squeeze);
  if (ways.some((way) => way === asked)) return 4;
  if (ways.some((way) => way.startsWith(asked))) return 3;
  const syllables = named.pinyin.toLowerCase().split(" ");
  if (syllables.some((_, at) => squeeze(syllables.slice(at).join("")).startsWith(asked))) return 2;
  return ways[2]?.includes(asked) === true ? 2 : 0;
}

/** Those that answer the query, best first, then by pinyin. */
export function find<T extends Named>(all: readonly T[], query: string): T[] {
  return all
    .map((each) => ({ each, points: score(each, query) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || byPinyin(a.each, b.each))
    .map(({ each }) => each);
}

export const byPinyin = (a: Named, b: Named): number =>
  a.pinyin.localeCompare(b.pinyin) || a.name.localeCompare(b.name, "zh-CN");
