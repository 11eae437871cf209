/** What is said before signing out: what has not arrived, what is only a draft, and what happens to it. Pure. */
export interface Leaving {
  /** Visits of which something has not arrived at the school. */
  readonly unsent: number;
  readonly drafts: number;
  readonly online: boolean;
}

export function leavingWords({ unsent, drafts, online }: Leaving): string[] {
  return [
    unsent > 0 ? `还有${unsent}条没送达。退出后仍留在本机，有网时照样上传；要看、要改，得重新登录。` : "",
    drafts > 0 ? `还有${drafts}份草稿没有交：留在本机，不会送出；重新登录后接着写。` : "",
    "取到这台手机上的班级和手记会收走，别人看不到；下次登录再取来。",
    online ? "" : "现在没连上学校：要有网，才能再登录。",
  ].filter((words) => words !== "");
}
