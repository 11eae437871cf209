/** Our own shell, precached: the app opens without a signal. Nothing else is cached or touched. */
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

/** Written in place of this name by the build (vite.sw.config.ts). */
declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] };

/** Pages of the app; the school's, the centre's and the parents' pages are the server's. */
const APP_PATHS = [/^\/$/, /^\/app(\/|$)/];

export function serveShell(): void {
  precacheAndRoute(self.__WB_MANIFEST, { cleanURLs: false });
  cleanupOutdatedCaches();
  registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html"), { allowlist: APP_PATHS }));
}
