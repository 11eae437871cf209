/** The service worker: listeners, one line each. It answers our own shell and POST /share, and touches nothing else. */
import { badgeOf, showBadge } from "./badge.ts";
import { isShare, receive, type Keep } from "./share.ts";
import { isQuiet, quietHours } from "./quiet.ts";
import { serveShell } from "./shell.ts";
import { homeCounts } from "./store/mine.ts";
import { currentPerson } from "./store/people.ts";
import { keepShared } from "./store/photos.ts";
import { rowsOf } from "./store/records.ts";
import { roundOnce } from "./sync/engine.ts";
import { SYNC_TAG } from "./sync/wakers.ts";
import { isTakeOver, takeOver } from "./takeover.ts";

/** Background Sync, which the worker's own types do not know. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

declare const self: ServiceWorkerGlobalScope;

const APP = "worker";

serveShell();

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  if (isShare(event.request)) event.respondWith(receive(event.request, tray));
});

self.addEventListener("message", (event) => {
  if (isTakeOver(event.data)) event.waitUntil(takeOver().then((done) => event.ports[0]?.postMessage(done)));
});

self.addEventListener("sync", (event) => {
  const sync = event as SyncEvent;
  if (sync.tag.startsWith(SYNC_TAG)) sync.waitUntil(sendInBackground());
});

async function tray(): Promise<Keep | null> {
  const person = await currentPerson();
  return person ? (photo) => keepShared(person.id, photo) : null;
}

/** A round that left something behind rejects on purpose: that is how the browser learns to try again later. */
async function sendInBackground(): Promise<void> {
  const ended = await roundOnce(APP);
  const person = await currentPerson();
  const [campaign = {}] = person ? await rowsOf(person.id, "campaign") : [];
  await showBadge(badgeOf(person ? await homeCounts(person.id) : null, isQuiet(quietHours(campaign), new Date())));
  if (ended?.stop && ended.waiting) throw new Error(ended.stop.connection);
}
