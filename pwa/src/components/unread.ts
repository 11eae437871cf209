/**
 * A phone that holds nothing of the school's: before the first reading, after it was shut out, after the school has put a
 * backup back. What stands in place of a list then must not read as if there were none.
 */
import { computed, type ComputedRef } from "vue";
import { heldScopes } from "#worker/store/people.ts";
import type { Report } from "#worker/sync/report.ts";
import { useStored } from "./use_stored.ts";

/** Whether that is so; undefined until it is known. */
export function useUnread(): ComputedRef<boolean | undefined> {
  const scopes = useStored(["rows"], heldScopes).data;
  return computed(() => (scopes.value === undefined ? undefined : scopes.value.length === 0));
}

/** In place of a name. */
export const unnamed = (unread: boolean | undefined): string => (unread ? "名字还没取来" : "别班的学生");

/** Nothing more is read before a new sign-in. */
export const mustSignIn = ({ connection }: Report): boolean => connection === "signed_out" || connection === "shut_out";

/** In place of the classes, where there are none on this phone. */
export function noClassesWords(report: Report): string {
  if (report.phase === "reading") return "正在把您的班级取到这台手机上。";
  if (mustSignIn(report)) return "这台手机上现在没有您的班级。重新登录，就会自动取来；一直没有，请找德育处。";
  return "这台手机上还没有您的班级。有网时会自动取来；一直没有，请找德育处。";
}

/** Under the records of one's own, where only what was written on this phone is there. */
export function unreadWords(report: Report): string {
  if (report.phase === "reading") return "正在把学校已有的记录取到这台手机上。";
  if (mustSignIn(report)) return "学校已有的记录，现在不在这台手机上。重新登录，就会自动取来。";
  return "学校已有的记录，还没取到这台手机上。有网时会自动取来。";
}
