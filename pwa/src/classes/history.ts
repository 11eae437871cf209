/** What a student's visits say together. Pure. */
import type { VisitEntry } from "#worker/store/types.ts";
import { textOf } from "#pwa/components/form.ts";

export interface Agreed {
  readonly key: string;
  readonly what: string;
  readonly due: string | null;
  readonly done: boolean;
}

const counts = (visit: VisitEntry): boolean =>
  visit.values["visit_result"] === "done" && textOf(visit.values["void_reason"]) === "" && visit.state !== "草稿";

/** 联系 3 次，登门 2 次，其中 1 次待上传。另有草稿 1 份。 */
export function sumWords(visits: readonly VisitEntry[]): string {
  const done = visits.filter(counts);
  const drafts = visits.filter((visit) => visit.state === "草稿").length;
  if (done.length === 0) return drafts > 0 ? `有草稿 ${drafts} 份，还没交。` : "还没有联系过。";
  const home = done.filter((visit) => visit.values["visit_form"] === "home").length;
  const away = done.filter((visit) => visit.state === "待上传").length;
  const parts = [`联系 ${done.length} 次`, home > 0 ? `登门 ${home} 次` : "", away > 0 ? `其中 ${away} 次待上传` : ""];
  return `${parts.filter((part) => part !== "").join("，")}。${drafts > 0 ? `另有草稿 ${drafts} 份。` : ""}`;
}

/** 说好的事: promises of all visits, open ones first. */
export function agreedOf(visits: readonly VisitEntry[]): Agreed[] {
  const all = visits.flatMap((visit) => {
    const promises = visit.values["promises"];
    if (!Array.isArray(promises)) return [];
    return promises.map((each, at) => {
      const entry = each !== null && typeof each === "object" && !Array.isArray(each) ? each : {};
      const due = textOf(entry["due"]);
      return {
        key: `${visit.id}-${at}`,
        what: textOf(entry["what"]),
        due: due === "" ? null : due,
        done: entry["done"] === true,
      };
    });
  });
  return all.filter((each) => each.what !== "").sort((a, b) => Number(a.done) - Number(b.done));
}
