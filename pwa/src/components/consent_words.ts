/** The words about what a family lets the school write down. Pure. */
import type { Option } from "./labels.ts";

export const GIVERS: readonly Option[] = [
  { code: "father", label: "父亲" },
  { code: "mother", label: "母亲" },
  { code: "other_guardian", label: "其他监护人" },
];
export const CHANNELS: readonly Option[] = [
  { code: "oral", label: "当面或电话说的" },
  { code: "paper", label: "签了纸质同意书" },
];
export const ANSWERS: readonly Option[] = [
  { code: "yes", label: "家长同意记录" },
  { code: "no", label: "家长不同意记录" },
];
/** A refusal that a guardian clicked is not undone by what somebody else heard. */
export const OWN_WORD = "家长若是自己在网页上点的不同意，要家长凭查询码改，或告诉德育处。";
/** By the field of the edit that says it. */
export const ANSWER_FIELDS: Readonly<Record<string, { readonly label: string; readonly options: readonly Option[] }>> =
  {
    may_record: { label: "家长的答复", options: ANSWERS },
    who: { label: "谁答复的", options: GIVERS },
    channel: { label: "怎么得知", options: CHANNELS },
  };
