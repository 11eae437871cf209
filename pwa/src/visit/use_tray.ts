/** What was shared into the app and waits: which of it is meant, into which visit it goes, and how that is undone. */
import { computed, ref, type ComputedRef, type Ref, type ShallowRef } from "vue";
import { useRouter } from "vue-router";
import { newId } from "#worker/ids.ts";
import { getDraft, openVisit } from "#worker/store/drafts.ts";
import { NoRoom } from "#worker/store/room.ts";
import { bringBack, putIntoVisit, setAside, takeBack, trayPhotos } from "#worker/store/tray.ts";
import type { Draft, Photo } from "#worker/store/types.ts";
import { elements } from "#worker/store/values.ts";
import { useApp } from "#pwa/components/app_context.ts";
import { formValues, withValues } from "#pwa/components/draft_values.ts";
import { MOST_PHOTOS } from "#pwa/components/labels.ts";
import { useStored } from "#pwa/components/use_stored.ts";
import { openForm } from "./open.ts";
import { withPhotos } from "./photo_values.ts";

const FULL = "手机快满了，照片还在这里，没有放进去。请先点“立即上传”，或在相册里删几张旧照片。";

export interface Tray {
  readonly photos: Readonly<ShallowRef<readonly Photo[] | undefined>>;
  /** Why the last step did not happen; empty if it did. */
  readonly problem: Readonly<Ref<string>>;
  /** The ones that are meant, in their order. */
  readonly chosen: ComputedRef<readonly string[]>;
  readonly toggle: (sha256: string) => void;
  /** Put the chosen ones into a visit, as many as fit. */
  readonly putInto: (visitId: string) => Promise<void>;
  /** Begin a visit to this student with them. */
  readonly begin: (studentId: string) => Promise<void>;
  /** Put the chosen ones away. */
  readonly drop: () => Promise<void>;
}

export function useTray(): Tray {
  const app = useApp();
  const router = useRouter();
  const photos = useStored(["photos"], trayPhotos).data;
  const left = ref(new Set<string>());
  const problem = ref("");
  const chosen = computed(() =>
    (photos.value ?? []).map((photo) => photo.sha256).filter((sha256) => !left.value.has(sha256)),
  );

  /** Put the chosen ones into a draft; false, if there was no room for it on the phone. */
  async function put(before: Draft, wasKept: boolean): Promise<boolean> {
    const form = formValues(before);
    const there = elements(form["photos"]);
    const taken = chosen.value.filter((each) => !there.includes(each)).slice(0, MOST_PHOTOS - there.length);
    problem.value = "";
    try {
      await putIntoVisit(withValues(before, withPhotos(form, taken)), taken);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      problem.value = FULL;
      return false;
    }
    const over = chosen.value.length > taken.length ? "，其余的还在这里等" : "";
    app.undo.show(`放进了 ${taken.length} 张照片${over}`, async () => {
      await takeBack(before, wasKept, taken);
      await router.push({ name: "share" });
    });
    return true;
  }

  return {
    photos,
    problem,
    chosen,
    toggle(sha256) {
      const next = new Set(left.value);
      if (!next.delete(sha256)) next.add(sha256);
      left.value = next;
    },
    async putInto(visitId) {
      const person = app.person.value;
      if (!person) return;
      const kept = await getDraft(person.id, visitId);
      if (await put(kept ?? (await openVisit(person.id, visitId)), kept !== undefined))
        await router.replace({ name: "photos", params: { id: visitId } });
    },
    async begin(studentId) {
      const person = app.person.value;
      const opened = person ? await openForm(person.id, newId(), studentId) : null;
      if (!opened || !(await put(opened.draft, false))) return;
      await router.replace({
        name: "visit",
        params: { id: opened.draft.id },
        query: { quick: "1", student: studentId },
      });
    },
    async drop() {
      const person = app.person.value;
      const gone = chosen.value;
      if (!person || gone.length === 0) return;
      await setAside(person.id, gone);
      app.undo.show(`${gone.length} 张照片不要了`, () => bringBack(person.id, gone));
    },
  };
}
