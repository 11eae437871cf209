/** Who came along last time: teachers usually go in the same pairs. Only ids are kept, by person. */
const key = (person: string): string => `companions:${person}`;

export function lastCompanions(person: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(person)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === "string" && id !== person) : [];
  } catch {
    return [];
  }
}

export function rememberCompanions(person: string, visitors: readonly string[]): void {
  try {
    localStorage.setItem(key(person), JSON.stringify(visitors.filter((id) => id !== person)));
  } catch {
    // A browser that keeps nothing only presets less.
  }
}
