/**
 * The Chinese labels of the codes on the wire: what the app says until the school's own `campaign` rows have arrived.
 * The order is the form's order. The same codes and labels stand in the server's campaign data.
 */
import type { Json, SendState, StudentState, Values } from "#worker/store/types.ts";

export interface Option {
  readonly code: string;
  readonly label: string;
  /** A shorter word for a chip; the label where there is none. */
  readonly short?: string;
}

const options = (
  pairs: Readonly<Record<string, string>>,
  short: Readonly<Record<string, string>> = {},
): readonly Option[] => Object.entries(pairs).map(([code, label]) => ({ code, label, short: short[code] ?? label }));

/** Choices by the id of their field. */
const CHOICES: Readonly<Record<string, readonly Option[]>> = {
  visit_form: options(
    {
      home: "登门访问",
      agreed_place: "约定地点面谈",
      at_school: "家长到校交流",
      phone: "电话沟通",
      video: "视频沟通",
      message: "信息传递",
    },
    { agreed_place: "约定地点", at_school: "家长到校", phone: "电话", video: "视频", message: "信息" },
  ),
  visit_type: options({ general: "普访", return: "回访", topic: "专题" }),
  visit_result: options({
    done: "已完成",
    nobody_home: "家中无人",
    child_alone: "只有孩子在家",
    rescheduled: "家长改约",
    declined: "家长婉拒",
    unreachable: "联系不上",
  }),
  offered: options({ at_school: "到校", phone: "电话", video: "视频", later: "以后再说" }),
  respondents: options({
    father: "父亲",
    mother: "母亲",
    grandparent: "祖辈",
    other_guardian: "其他监护人",
    student: "学生",
  }),
  place_kind: options({ community: "社区或单位", school: "学校", other: "其他" }),
  purpose: options({
    term_start: "开学了解",
    praise: "报喜鼓励",
    study: "学习沟通",
    habits: "习惯作息",
    adjustment: "适应与情绪",
    after_absence: "请假后关心",
    policy_aid: "政策与资助",
    listening: "听取意见",
    agreed_return: "约定回访",
  }),
  face_four: options({ policy: "教育政策", situation: "学生情况", strategy: "育人策略", voice: "家长心声" }),
  bring_seven: options({
    1: "党和政府的关心",
    2: "教育改革发展的成果",
    3: "素质教育理念",
    4: "学困生转化措施",
    5: "家庭教育指导意见",
    6: "心理生理健康辅导",
    7: "安全和文明礼仪教育",
  }),
  know_six: options({
    1: "学生和家长知道教师家访的目的和意义",
    2: "家长知道学生在校表现情况",
    3: "家长知道学生的任课教师情况",
    4: "教师知道学生的家庭情况和在家的表现情况",
    5: "教师知道家长如何配合学校搞好家庭教育",
    6: "学校知道社会和家长提出的意见和建议",
  }),
  from: options({ family: "家长", student: "学生", society: "社会" }),
  kind: options({ praise: "表扬", suggestion: "建议", problem: "反映问题" }),
  pass_on: options({ named: "实名", anonymous: "匿名", withheld: "不转达" }),
  use: options({ archive: "仅存档", school: "校内", public: "可宣传" }),
  who: options({ teacher: "教师", school: "学校", family: "家长", student: "学生" }),
};

/** Labels of the fields, for what is missing, for conflicts and for lists. */
const FIELD_LABELS: Readonly<Record<string, string>> = {
  student_id: "学生",
  class_id: "班级",
  also_for: "同家孩子",
  visit_date: "家访日期",
  time_start: "开始时间",
  time_end: "结束时间",
  visit_form: "家访形式",
  visit_type: "家访类型",
  visit_result: "走访结果",
  rescheduled_to: "改约到",
  offered: "已提供的其他方式",
  visitors: "家访教师",
  confirmed_by: "教师确认",
  respondents: "谈话人",
  place_kind: "地点",
  purpose: "家访目的",
  purpose_text: "家访目的",
  face_four: "四面对",
  bring_seven: "七带进",
  strengths: "闪光点",
  at_school: "在校表现",
  at_home: "在家表现",
  growth_env: "成长环境与家庭教育",
  child_voice: "孩子的想法和心情",
  issues: "共同关注的问题",
  consensus: "商定的措施",
  parent_part: "家长如何配合，需要学校做什么",
  promises: "答应的事",
  team_note: "给任课老师的一句话",
  follow_up_on: "回访日期",
  photos: "照片",
  photo_order: "照片顺序",
  gift_declined: "婉拒礼物",
  pledge: "五不准",
  caption: "照片说明",
  use: "照片用在哪里",
  agreed_on_spot: "已征得在场家长同意",
  reflection: "家访体会",
  extra_page: "另附页",
  nominate: "推荐参评",
  no_opinion: "没有意见",
  text: "意见建议",
  from: "意见来自",
  kind: "意见类别",
  about_staff: "涉及教师",
  pass_on: "是否转达",
  late_entry: "补录",
  void_reason: "作废原因",
  not_duplicate_of: "不是同一次",
};

export interface Labels {
  /** The choices of a field, in the form's order; none for a field that is not chosen from a list. */
  readonly choices: (field: string) => readonly Option[];
  /** The label of a code; the code itself for one that nobody has named, so that nothing is hidden. */
  readonly code: (field: string, code: Json | undefined) => string;
  /** The label of a field or of an element's field ("photos/<sha256>/caption"); the id itself for an unknown one. */
  readonly field: (field: string) => string;
}

const lastOf = (field: string): string => field.slice(field.lastIndexOf("/") + 1);

/** Labels from the school's campaign row, and this app's own where the row says nothing. */
export function createLabels(campaign: Values = {}): Labels {
  const codes = objectOf(campaign["codes"]);
  const fields = objectOf(campaign["fields"]);
  const choices = (field: string): readonly Option[] => {
    const named = optionsOf(codes[lastOf(field)]);
    return named.length > 0 ? named : (CHOICES[lastOf(field)] ?? []);
  };
  return {
    choices,
    code: (field, code) => {
      if (typeof code !== "string" || code === "") return "";
      return choices(field).find((choice) => choice.code === code)?.label ?? code;
    },
    field: (field) => {
      const named = fields[lastOf(field)];
      return typeof named === "string" ? named : (FIELD_LABELS[lastOf(field)] ?? lastOf(field));
    },
  };
}

const objectOf = (value: Json | undefined): Values =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};

function optionsOf(value: Json | undefined): Option[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => {
    const { code, label, short } = objectOf(each);
    if (typeof code !== "string" || typeof label !== "string") return [];
    return [{ code, label, short: typeof short === "string" ? short : label }];
  });
}

/** The outline and colour of each of the four words. */
export const STATE_LOOK: Readonly<Record<SendState, "draft" | "wait" | "sent" | "act">> = {
  草稿: "draft",
  待上传: "wait",
  已送达: "sent",
  需处理: "act",
};

/** The window of each of the four words about a family. */
export const WINDOW_LOOK: Readonly<Record<StudentState, "home" | "other" | "declined" | "none">> = {
  登门: "home",
  其他方式: "other",
  婉拒: "declined",
  未访: "none",
};

/** The four prompts of 在校表现, in the notice's order. */
export const AT_SCHOOL_PROMPTS = ["学习", "生活", "纪律", "品德"] as const;

/** The longest text of a field, in characters. */
export const LIMITS: Readonly<Record<string, number>> = {
  strengths: 200,
  at_school: 500,
  at_home: 500,
  growth_env: 500,
  child_voice: 300,
  issues: 300,
  consensus: 500,
  parent_part: 300,
  team_note: 60,
  purpose_text: 60,
  text: 300,
  reflection: 1000,
  extra_page: 5000,
  gift_declined: 60,
  caption: 30,
  what: 60,
};
export const MOST_PHOTOS = 6;
export const MOST_PROMISES = 3;
export const MOST_OPINIONS = 5;
