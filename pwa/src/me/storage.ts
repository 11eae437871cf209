/** What the browser says of its storage, in words; it is a guess, and said as one. Pure. */
export function storageWords(estimate: StorageEstimate | undefined): string {
  if (estimate?.usage === undefined) return "浏览器没有说明";
  const megabytes = estimate.usage / 1_000_000;
  return megabytes < 1 ? "不到 1 MB" : `约 ${Math.round(megabytes)} MB`;
}

/** Whether the browser has promised not to clear the store by itself; null where it cannot be asked. */
export function keepingWords(promised: boolean | null, refused: boolean): string {
  if (promised === true) return "浏览器已答应不自动清理。您自己清除浏览器数据，还是会清掉。";
  if (promised === null) return "这个浏览器说不准会不会自动清理：请常打开，有网就上传。";
  const reason = refused ? "浏览器这次没有答应。" : "浏览器还没答应长期留着。";
  return `${reason}装到桌面、常打开，就更不容易被清掉。`;
}

/** What the phone says when no room is left. */
export const FULL = "手机快满了：文字还存得下，照片可能存不下。请先点“立即上传”，或在相册里删几张旧照片。";
