/** What every screen shares: who is signed in, what the engine reports, what waits, and the last thing that can be undone. */
import { inject, ref, shallowRef, type InjectionKey, type Ref, type ShallowRef } from "vue";
import { onNews, type Changed } from "#worker/store/changes.ts";
import { homeCounts } from "#worker/store/mine.ts";
import { currentPerson } from "#worker/store/people.ts";
import { rowsOf } from "#worker/store/records.ts";
import type { HomeCounts, Person, Values } from "#worker/store/types.ts";
import type { Engine } from "#worker/sync/engine.ts";
import type { View } from "#worker/store/view.ts";
import { IDLE, type Report } from "#worker/sync/report.ts";
import { coalesced } from "./coalesce.ts";
import { keepHomeLook } from "./home_look.ts";
import { onWaking } from "./waking.ts";
import { keepInstallOffer, type InstallOffer } from "./install_offer.ts";
import { createLabels, type Labels } from "./labels.ts";
import { createUndo, type Undo } from "./undo.ts";

export interface AppContext {
  readonly person: Readonly<ShallowRef<Person | null>>;
  readonly report: Readonly<ShallowRef<Report>>;
  readonly counts: Readonly<ShallowRef<HomeCounts | null>>;
  /** The words for codes and fields, as the school's campaign says them. */
  readonly labels: Readonly<ShallowRef<Labels>>;
  /** The school's campaign row as it was pulled; empty before the first pull. */
  readonly campaign: Readonly<ShallowRef<Values>>;
  /** What 今天 is made from, beside drafts and photos. @throws DOMException, if the store cannot be read */
  readonly homeView: (person: string) => Promise<View>;
  readonly undo: Undo;
  readonly install: InstallOffer;
  /** How many forms hold keystrokes that are not on the disk yet, or have a camera open: no update may interrupt them. */
  readonly busyForms: Ref<number>;
  /** Call `listener` whenever one of `whats` has changed in the store; returns how to stop. */
  on(whats: readonly Changed[], listener: () => void): () => void;
  /** Something was finished: send it soon. */
  wake(): void;
  /** 立即上传 */
  sendNow(): Promise<void>;
  /** Read again who is signed in (after signing in or out). */
  refreshPerson(): Promise<Person | null>;
  /** Stop listening; for tests and for a page that goes away. */
  stop(): void;
}

const KEY: InjectionKey<AppContext> = Symbol("app");
export const APP_KEY = KEY;

/** The context of this app. @throws Error outside of it, which is a mistake in the program */
export function useApp(): AppContext {
  const app = inject(KEY);
  if (!app) throw new Error("no app context");
  return app;
}

type StartEngine = (onReport: (report: Report) => void) => Engine;
type Listener = readonly [whats: ReadonlySet<Changed>, call: () => void];

/** Make the context; the engine is handed in, so that a test needs no network. */
export function createAppContext(start: StartEngine): AppContext {
  const person = shallowRef<Person | null>(null);
  const report = shallowRef<Report>(IDLE);
  const counts = shallowRef<HomeCounts | null>(null);
  const labels = shallowRef(createLabels());
  const campaign = shallowRef<Values>({});
  const listeners = new Set<Listener>();

  /** Photos that arrive one after the other change little of 今天: the rest is not read again for each. */
  const home = keepHomeLook();
  const count = async (): Promise<void> => {
    const who = person.value;
    const view = who ? await home.of(who.id) : null;
    counts.value = view ? await homeCounts(view.person, view) : null;
  };
  const readLabels = async (): Promise<void> => {
    const who = person.value;
    const [told = {}] = who ? await rowsOf(who.id, "campaign") : [];
    campaign.value = told;
    labels.value = createLabels(told);
  };
  const counting = coalesced(count);
  const labelling = coalesced(readLabels);
  const refreshPerson = async (): Promise<Person | null> => {
    const now = await currentPerson();
    if (now?.id !== person.value?.id) counts.value = null;
    person.value = now;
    // A page that cannot read says so itself; a figure or a label that could not be read must not keep it from opening.
    await Promise.allSettled([counting.now(), labelling.now()]);
    return person.value;
  };
  const stopNews = onNews((news) => {
    if (news.type === "report") {
      report.value = news.report;
      return;
    }
    if (news.what === "persons") void refreshPerson();
    else {
      if (news.what !== "photos") home.forget();
      counting.soon();
    }
    if (news.what === "rows") labelling.soon();
    for (const [whats, call] of listeners) if (whats.has(news.what)) call();
  });
  const stopWaking = onWaking(() => void refreshPerson().catch(() => undefined));
  const engine = start((next) => (report.value = next));

  return {
    person,
    report,
    counts,
    labels,
    campaign,
    homeView: home.of,
    undo: createUndo(),
    install: keepInstallOffer(),
    busyForms: ref(0),
    on(whats, listener) {
      const entry: Listener = [new Set(whats), listener];
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    wake: () => {
      engine.wake();
    },
    async sendNow() {
      report.value = await engine.sendNow();
    },
    refreshPerson,
    stop() {
      stopNews();
      stopWaking();
      counting.stop();
      labelling.stop();
      engine.stop();
    },
  };
}
