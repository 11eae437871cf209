/** Starts the app: the engine, the shared context, the router, the page. */
import { createApp } from "vue";
import { startEngine } from "#worker/sync/engine.ts";
import App from "./App.vue";
import { TRY_AGAIN_MS } from "./components/autosave.ts";
import { APP_KEY, createAppContext } from "./components/app_context.ts";
import { createUploader } from "./components/uploader.ts";
import { createAppRouter } from "./router.ts";
import "./styles/tokens.css";
import "./styles/ground.css";
import "./styles/pieces.css";
import "./styles/vant.css";

async function start(): Promise<void> {
  if (document.documentElement.hasAttribute("data-cannot-run")) return; // old-browser.js has said why
  const context = createAppContext((onReport) =>
    startEngine({ app: __APP_VERSION__, onReport, upload: createUploader() }),
  );
  const person = await untilReadable(() => context.refreshPerson());
  // The router leads to its first page as soon as it is used: before the person is known that would be 登录 for everybody.
  createApp(App)
    .provide(APP_KEY, context)
    .use(createAppRouter(person !== null))
    .mount("#app");
  void import("./components/pledge_sender.ts").then(({ sendPledges }) => {
    sendPledges(context);
  });
  // Ask once that the browser keeps what is written here; it may refuse, and then nothing is different.
  if ("storage" in navigator) navigator.storage.persist().catch(() => undefined);
}

/** A full disk can keep the browser from opening its own store: that is said, and tried again until there is room. */
async function untilReadable<Found>(read: () => Promise<Found>): Promise<Found> {
  for (;;) {
    try {
      return await read();
    } catch {
      document.getElementById("boot")?.setAttribute("hidden", "");
      document.getElementById("no-room")?.removeAttribute("hidden");
      await new Promise((done) => setTimeout(done, TRY_AGAIN_MS));
    }
  }
}

void start();
