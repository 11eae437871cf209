/** One visit on the screen: opened from the store, every keystroke kept, and back at the same field after a reload. */
import { computed, onBeforeUnmount, onMounted, shallowRef, type ComputedRef, type ShallowRef } from "vue";
import { bringBackDraft, discardDraft, putDraft } from "#worker/store/drafts.ts";
import { finishDraft } from "#worker/store/finish.ts";
import { draftNow, Overtaken } from "#worker/store/revisions.ts";
import { SignedOut } from "#worker/store/people.ts";
import { studentPage } from "#worker/store/records.ts";
import type { Draft, Json, Values } from "#worker/store/types.ts";
import { same } from "#worker/store/values.ts";
import { useApp } from "#pwa/components/app_context.ts";
import { createAutosave, TRY_AGAIN_MS, type SaveState } from "#pwa/components/autosave.ts";
import { formValues, withValues } from "#pwa/components/draft_values.ts";
import { holdUpdates, keepWhenLeaving } from "#pwa/components/keeping.ts";
import { provideForm } from "#pwa/components/use_undo_here.ts";
import { giveWay } from "./give_way.ts";
import { openForm } from "./open.ts";

export interface OpenDraft {
  readonly draft: Readonly<ShallowRef<Draft | null>>;
  /** null until the store has answered; then whether there is such a visit. */
  readonly found: Readonly<ShallowRef<boolean | null>>;
  /** The fields of all its records, as draft_values.ts names them. */
  readonly form: ComputedRef<Values>;
  /** What both this window and another wrote since the last save: the other's stands in the form, these words may be taken. */
  readonly offered: ComputedRef<Values | null>;
  /** Put the offered words into the form, or let them be. */
  readonly answerOffer: (take: boolean) => void;
  /** The form holds something that is not handed in. */
  readonly changed: Readonly<ShallowRef<boolean>>;
  readonly state: Readonly<ShallowRef<SaveState>>;
  readonly set: (field: string, value: Json) => void;
  readonly setAll: (values: Values) => void;
  /** Remember where the teacher writes, so that the form comes back there. */
  readonly rememberPlace: (field: string, scroll: number) => void;
  readonly flush: () => Promise<boolean>;
  /** 交上去; `held`: only day, form and result. Resolves when the edits are on the disk. @throws NoRoom, Overtaken, SignedOut; the draft is still there */
  readonly finish: (held?: boolean, noPhotos?: boolean) => Promise<void>;
  /** Put the draft away; it can be brought back. */
  readonly discard: () => Promise<void>;
}

export function useDraft(id: string, studentId: string | null): OpenDraft {
  const app = useApp();
  const draft = shallowRef<Draft | null>(null);
  const found = shallowRef<boolean | null>(null);
  const changed = shallowRef(false);
  const offered = computed(() => draft.value?.offered ?? null);
  /** Whose words these are, for as long as this screen stands, whoever signs in meanwhile. */
  let owner = app.person.value?.id;
  /** What this window last had from the store. */
  let base: Draft | null = null;
  let ending = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const autosave = createAutosave(save);

  async function save(): Promise<void> {
    for (let mine = draft.value; mine && changed.value; mine = draft.value) {
      try {
        await store(mine);
        return;
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
      }
      await yieldTo(mine);
    }
  }

  /** What is typed while it is stored keeps its place on top. */
  async function store(mine: Draft): Promise<Draft> {
    const kept = await putDraft(mine);
    base = kept;
    if (draft.value) draft.value = draft.value === mine ? kept : { ...draft.value, revision: kept.revision };
    return kept;
  }

  /** Show what another window made of it meanwhile, with what was written here and not there. */
  async function yieldTo(mine: Draft): Promise<void> {
    const theirs = await openForm(mine.person, id, mine.studentId);
    if (!theirs) {
      draft.value = { ...(draft.value ?? mine), revision: (await draftNow(mine.person, id)).revision };
      return; // put away in the other window, before it was ever handed in: what was written here is the draft
    }
    const now = draft.value ?? mine;
    const before = base ?? { ...now, values: now.opened };
    const given = giveWay(now, before, theirs.draft);
    const isNews = !same({ ...before.values }, { ...theirs.draft.values });
    base = theirs.draft;
    const clashes = { ...theirs.draft.offered, ...now.offered, ...given.offered };
    const isOffering = Object.keys(clashes).length > 0;
    draft.value = isOffering ? { ...given.draft, offered: clashes } : given.draft;
    changed.value = theirs.kept || given.changed || isOffering; // what is offered is kept with the draft
    if (isNews && offered.value === null) app.undo.show("这条手记刚在另一个窗口改过，已换成最新的；您在这里写的也在。");
  }

  /** A full disk can keep the browser from opening its own store: it is said, and tried again until there is room. */
  function cannotRead(): undefined {
    app.undo.show("手机快满了，这条手记暂时读不出来；写过的都还在。请在相册里删几张旧照片，会自动再试。");
    again = setTimeout(() => void open(), TRY_AGAIN_MS);
  }

  async function open(): Promise<void> {
    owner ??= app.person.value?.id;
    if (owner === undefined) return;
    const opened = await openForm(owner, id, studentId).catch(cannotRead);
    if (opened === undefined) return;
    draft.value = base = opened?.draft ?? null;
    changed.value = opened?.kept ?? false;
    found.value = opened !== null;
  }

  /** Another page of this app has written or ended the same draft: show what there is, unless something here is unsaved. */
  async function refresh(): Promise<void> {
    const mine = draft.value;
    if (!mine || ending || autosave.state.value.kind !== "clean") return;
    if ((await draftNow(mine.person, id)).revision === mine.revision) return;
    const theirs = await openForm(mine.person, id, mine.studentId);
    if (!theirs || draft.value !== mine) return; // a key was pressed while the store was asked
    draft.value = base = theirs.draft;
    changed.value = theirs.kept;
  }

  /** What was typed while the visit was being handed in goes on as a draft of what was handed in. */
  async function keepLaterWords(handed: Draft): Promise<void> {
    const { kept, revision } = await draftNow(handed.person, id);
    const opened = kept?.opened ?? handed.values; // what waits for consent is a draft still
    const now = draft.value ?? handed;
    const isLater = now.values !== handed.values;
    changed.value = isLater || kept !== undefined;
    draft.value = { ...now, opened, revision };
    base = { ...handed, opened, revision };
    if (!isLater) return;
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
    clearTimeout(again);
  });

  return {
    draft,
    found,
    changed,
    offered,
    answerOffer(take) {
      if (!draft.value) return;
      const { offered: words, ...answered } = draft.value;
      draft.value = answered;
      setAll(take && words ? words : {});
    },
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
    async finish(held, noPhotos) {
      await autosave.flush();
      if (offered.value !== null) throw new Overtaken();
      if (!draft.value) return;
      if (app.person.value?.id !== draft.value.person) throw new SignedOut();
      ending = true;
      try {
        const handed = changed.value ? await store(draft.value) : draft.value;
        await finishDraft(handed.person, id, held, noPhotos);
        await keepLaterWords(handed);
      } finally {
        ending = false;
      }
      app.wake();
    },
    async discard() {
      const current = draft.value;
      if (!current || app.person.value?.id !== current.person) return;
      await autosave.flush();
      changed.value = false;
      ending = true;
      const gone = await discardDraft(current.person, id);
      if (gone) app.undo.show("草稿已放下。", () => bringBackDraft(gone));
    },
  };
}
