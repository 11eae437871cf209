/** What the browser says of its storage, in words; it is a guess, and said as one. Pure. */
export function storageWords(estimate: StorageEstimate | undefined): string {
  if (estimate?.usage === undefined) return "";
  const megabytes = estimate.usage / 1_000_000;
  return megabytes < 1 ? "不到 1 MB" : `约 ${Math.round(megabytes)} MB`;
}
