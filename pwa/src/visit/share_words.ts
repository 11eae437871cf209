/** What the worker says about pictures shared into the app, as sentences. Pure. */
const PROBLEMS: Readonly<Record<string, string>> = {
  signed_out: "还没登录，照片没有收下。请登录后再分享一次。",
  not_stored: "手机空间不够，有照片没有存下，已经写的都还在。清理一些空间后，请再分享一次。",
  broken: "这次没收到照片。请在手机相册里选好，再分享一次。",
  again: "应用刚装好，这次没收到照片。请再分享一次。",
  foreign: "这次没有收下照片。请在手机相册里选照片，点“分享”，再选家访手记。",
};

export const problemOf = (said: unknown): string => PROBLEMS[String(said)] ?? "";

export function notesOf(query: Readonly<Record<string, unknown>>): string {
  const count = (name: string): number => Math.max(0, Number(query[name] ?? 0)) || 0;
  const [unreadable, large] = [count("unreadable"), count("too_large")];
  const [known, left] = [count("known"), count("left_out")];
  return [
    unreadable > 0 ? `有 ${unreadable} 张图片打不开，可能是格式不支持或文件损坏，请换一张。` : "",
    large > 0 ? `有 ${large} 张照片太大，手机打不开，请用小一点的。` : "",
    known > 0 ? `有 ${known} 张已经在手记里了，没有再收。` : "",
    left > 0 ? `一次最多收 6 张，另有 ${left} 张没有收。` : "",
  ].join("");
}
