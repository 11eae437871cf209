/** One visit on the screen: opened from the store, every keystroke kept, and back at the same field after a reload. */
import { computed, onBeforeUnmount, onMounted, shallowRef, type ComputedRef, type ShallowRef } from "vue";
import { bringBackDraft, discardDraft, getDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { studentPage } from "#worker/store/records.ts";
import type { Draft, Json, Values } from "#worker/store/types.ts";
import { useApp } from "#pwa/components/app_context.ts";
import { createAutosave, type SaveState } from "#pwa/components/autosave.ts";
import { formValues, withValues } from "#pwa/components/draft_values.ts";
import { holdUpdates, keepWhenLeaving } from "#pwa/components/keeping.ts";
import { provideForm } from "#pwa/components/use_undo_here.ts";
import { openForm } from "./open.ts";

export interface OpenDraft {
  readonly draft: Readonly<ShallowRef<Draft | null>>;
  /** null until the store has answered; then whether there is such a visit. */
  readonly found: Readonly<ShallowRef<boolean | null>>;
  /** The fields of all its records, as draft_values.ts names them. */
  readonly form: ComputedRef<Values>;
  /** The form holds something that is not handed in. */
  readonly changed: Readonly<ShallowRef<boolean>>;
  readonly state: Readonly<ShallowRef<SaveState>>;
  readonly set: (field: string, value: Json) => void;
  readonly setAll: (values: Values) => void;
  /** Remember where the teacher writes, so that the form comes back there. */
  readonly rememberPlace: (field: string, scroll: number) => void;
  readonly flush: () => Promise<boolean>;
  /** 交上去. Resolves when the edits are on the disk. @throws NoRoom; the draft is still there */
  readonly finish: () => Promise<void>;
  /** Put the draft away; it can be brought back. */
  readonly discard: () => Promise<void>;
}

export function useDraft(id: string, studentId: string | null): OpenDraft {
  const app = useApp();
  const draft = shallowRef<Draft | null>(null);
  const found = shallowRef<boolean | null>(null);
  const changed = shallowRef(false);
  const autosave = createAutosave(async () => {
    if (draft.value && changed.value) await putDraft(draft.value);
  });

  async function open(): Promise<void> {
    const person = app.person.value;
    if (!person) return;
    const opened = await openForm(person, id, studentId);
    draft.value = opened?.draft ?? null;
    changed.value = opened?.kept ?? false;
    found.value = opened !== null;
  }

  /** Another page of this app has written the same draft: show the newer one, unless something here is unsaved. */
  async function refresh(): Promise<void> {
    const mine = draft.value;
    if (!mine || autosave.state.value.kind !== "clean") return;
    const stored = await getDraft(mine.person, id);
    if (draft.value !== mine) return; // a key was pressed while the store was asked
    if (stored && stored.updatedAt > mine.updatedAt) {
      draft.value = stored;
      changed.value = true;
    }
  }

  /** What was typed while the visit was being handed in goes on as a draft of what was handed in. */
  async function keepLaterWords(handed: Draft): Promise<void> {
    const now = draft.value;
    changed.value = now !== null && now.values !== handed.values;
    if (!now || !changed.value) return;
    draft.value = { ...now, opened: handed.values };
    autosave.touch();
    await autosave.flush();
  }

  const setAll = (values: Values): void => {
    if (!draft.value) return;
    draft.value = withValues(draft.value, values);
    changed.value = true;
    autosave.touch();
    if ("student_id" in values) void followClass();
  };

  /** The visit is written for the class of its student, whoever that now is. */
  async function followClass(): Promise<void> {
    const asked = draft.value;
    if (!asked?.studentId) return;
    const page = await studentPage(asked.person, asked.studentId);
    const now = draft.value;
    if (!page || now?.studentId !== asked.studentId || now.classId === page.student.classId) return;
    draft.value = { ...now, classId: page.student.classId };
    autosave.touch();
  }
  const form = computed(() => (draft.value ? formValues(draft.value) : {}));
  provideForm({ values: () => form.value, setAll });
  keepWhenLeaving(autosave.flush);
  holdUpdates(autosave.state);
  const stopDrafts = app.on(["drafts"], () => void refresh());
  /** An address opened right after signing in may be ahead of the rows. */
  const stopRows = app.on(["rows"], () => {
    if (found.value === false) void open();
  });
  onMounted(open);
  onBeforeUnmount(() => {
    stopDrafts();
    stopRows();
    autosave.stop();
  });

  return {
    draft,
    found,
    changed,
    state: autosave.state,
    form,
    set: (field, value) => {
      setAll({ [field]: value });
    },
    setAll,
    rememberPlace(field, scroll) {
      if (!draft.value) return;
      draft.value = { ...draft.value, place: { field, scroll } };
      if (changed.value) autosave.touch();
    },
    flush: autosave.flush,
    async finish() {
      await autosave.flush();
      const handed = draft.value;
      if (!handed) return;
      if (changed.value) await putDraft(handed);
      await finishDraft(handed.person, id);
      await keepLaterWords(handed);
      app.wake();
    },
    async discard() {
      const current = draft.value;
      if (!current) return;
      await autosave.flush();
      changed.value = false;
      const gone = await discardDraft(current.person, id);
      if (gone) app.undo.show("草稿已放下。", () => bringBackDraft(gone));
    },
  };
}
