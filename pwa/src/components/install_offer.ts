/** Chromium's own offer to install: it comes once, soon after the start, so it is kept until somebody asks for it. */
import { shallowRef, type ShallowRef } from "vue";

/** No other browser has it. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

export interface InstallOffer {
  /** The browser would install now. */
  readonly ready: Readonly<ShallowRef<boolean>>;
  readonly installed: Readonly<ShallowRef<boolean>>;
  ask(): Promise<void>;
}

export function keepInstallOffer(): InstallOffer {
  const standalone = window.matchMedia("(display-mode: standalone)").matches;
  const onAppleDesktop = (navigator as { standalone?: boolean }).standalone === true;
  const installed = shallowRef(standalone || onAppleDesktop);
  const ready = shallowRef(false);
  let event: InstallEvent | null = null;
  window.addEventListener("beforeinstallprompt", (offer) => {
    offer.preventDefault(); // no banner over the page: 我的 has a button for it
    event = offer as InstallEvent;
    ready.value = true;
  });
  window.addEventListener("appinstalled", () => {
    installed.value = true;
    ready.value = false;
  });
  return {
    ready,
    installed,
    async ask() {
      const asked = event;
      event = null;
      ready.value = false; // an offer can be used once; the browser makes another where it likes
      await asked?.prompt();
    },
  };
}
