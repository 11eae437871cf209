/**
 * 返回 closes a sheet before it leaves the page, as on Android: an open sheet stands on a history entry of its own, at the
 * same address. An entry that is left behind (a link inside a sheet was followed) is replaced by the page that comes next.
 */
import { onScopeDispose, watch, type Ref } from "vue";
import type { Router } from "vue-router";
import { newId } from "#worker/ids.ts";

const sheetOf = (state: unknown): unknown =>
  typeof state === "object" && state !== null && "sheet" in state ? state.sheet : null;

/** Close on 返回; `onSettled` is called when the sheet is closed and the history is as it was before it was opened. */
export function useBackCloses(open: Ref<boolean>, onSettled: () => void): void {
  let mine: string | null = null;
  const settle = (): void => {
    mine = null;
    onSettled();
  };
  const stand = (): void => {
    mine = newId();
    history.pushState({ ...(history.state as object | null), sheet: mine }, "");
  };
  const leave = (): void => {
    if (mine !== null && sheetOf(history.state) === mine) history.back();
    else settle();
  };
  const gone = (): void => {
    if (mine === null || sheetOf(history.state) === mine) return;
    if (open.value) open.value = false;
    else settle();
  };
  watch(open, (now) => {
    if (now) stand();
    else leave();
  });
  if (open.value) stand();
  window.addEventListener("popstate", gone);
  onScopeDispose(() => {
    window.removeEventListener("popstate", gone);
  });
}

/** Whoever goes on from an open sheet comes back to the page beneath it, not to the sheet's own entry. */
export function skipSheets(router: Router): void {
  router.beforeEach((to) => {
    if (sheetOf(history.state) === null || to.redirectedFrom) return true;
    return { path: to.path, query: to.query, hash: to.hash, replace: true, state: { sheet: null } };
  });
}
