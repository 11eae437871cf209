/** A family's answer in a teacher's words. Pure. */
import type { FamilyAnswer } from "#worker/store/voices.ts";
import type { Labels } from "./labels.ts";

const KNOWS = { know_purpose: "为什么家访", know_child: "孩子在校表现", know_teachers: "任课老师" } as const;
const HOW = { yes: "清楚", partly: "知道一些", no: "还不清楚" } as const;
const TIMES: Readonly<Record<string, string>> = { weekday_evening: "平日晚上", weekend: "周末" };

/** "为什么家访：清楚；孩子在校表现：知道一些"; "" where the family said nothing of it. */
export const knowsWords = ({ knows }: FamilyAnswer): string =>
  (Object.keys(KNOWS) as (keyof typeof KNOWS)[])
    .flatMap((field) => {
      const how = HOW[knows[field] as keyof typeof HOW];
      return typeof how === "string" ? [`${KNOWS[field]}：${how}`] : [];
    })
    .join("；");

/** "下次希望：登门、电话；周末"; "" where the family wished for nothing. */
export function wishWords({ nextForms, nextTimes }: FamilyAnswer, labels: Labels): string {
  const forms = nextForms.map((code) => labels.code("visit_form", code)).join("、");
  const times = nextTimes.map((code) => TIMES[code] ?? code).join("、");
  const wishes = [forms, times].filter((word) => word !== "").join("；");
  return wishes === "" ? "" : `下次希望：${wishes}`;
}
