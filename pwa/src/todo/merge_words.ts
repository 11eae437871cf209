/** What a merge of two visits will do, in sentences. Pure. */
import type { Pair } from "#worker/store/duplicates.ts";
import type { MergedField } from "#worker/store/merging.ts";
import { FIELDS } from "#worker/store/fields.ts";
import { elements } from "#worker/store/values.ts";
import { PARTS } from "#pwa/components/form.ts";

const ORDER: readonly string[] = PARTS.flatMap((part) => part.fields);

/** The fields in the form's order, what the form does not ask last; the words of a photo that only one has go with it. */
export function inOrder(fields: readonly MergedField[]): MergedField[] {
  const place = ({ field }: MergedField): number => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length);
  const isOwn = ({ field, fate }: MergedField): boolean => fate !== "one" || !field.includes("/");
  return fields.filter(isOwn).sort((a, b) => place(a) - place(b));
}

/** What becomes of one field. */
export const FATE_WORDS = {
  alike: "两条一样",
  one: "合并后补上",
  united: "合并后合在一起",
  clash: "合并后两份都留，再定",
} as const;

/** The whole of it, a sentence each. */
export function tellMerge(
  pair: Pick<Pair, "stays" | "goes" | "waits">,
  fields: readonly MergedField[],
  me: string,
  names: ReadonlyMap<string, string>,
): string[] {
  const { stays, goes, waits } = pair;
  const who = (id: string | null): string => (id === me ? "您" : `${names.get(id ?? "") ?? "同事"}老师`);
  const count = (fate: MergedField["fate"]): number => fields.filter((each) => each.fate === fate).length;
  const visitors = elements(fields.find((each) => each.field === "visitors")?.after ?? null);
  const [filled, united, clashes] = [count("one"), count("united"), count("clash")];
  return [
    `${who(stays.author)}先记的那条留下，${who(goes.author)}记的并进去；体会、意见和照片跟着走。`,
    filled > 0 ? `${filled} 栏由另一条补上。` : "",
    united > 0 ? `${united} 栏合在一起。` : "",
    clashes > 0 ? settling(clashes, who(stays.author), who(goes.author)) : "没有写得不同、要再定的。",
    visitors.length > 1
      ? `家访教师是${visitors.map((id) => names.get(id) ?? "同事").join("、")}，都看得到全部内容。`
      : "",
    fields.some((each) => each.field in (FIELDS["visit_private"] ?? {}))
      ? "只给同访人和班主任看的内容，也合在一起。"
      : "",
    waits ? "有一条没有写您同去，您说了以后，要等班主任或德育处点头。" : "",
  ].filter((each) => each !== "");
}

const settling = (clashes: number, first: string, second: string): string =>
  `写得不同的 ${clashes} 栏，先显示${first}写的，${second}写的也留着，由${second}来定${second === "您" ? "" : "，您也可以定"}。`;
