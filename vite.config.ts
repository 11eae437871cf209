/** Builds the teacher's app (`pwa/`) into `dist/`; the service worker is a second build (vite.sw.config.ts). */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { VantResolver } from "@vant/auto-import-resolver";
import pxtorem from "postcss-pxtorem";
import AutoImport from "unplugin-auto-import/vite";
import Components from "unplugin-vue-components/vite";
import { defineConfig } from "vite";
import { vantIcons } from "./tools/vant_icons.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = `http://127.0.0.1:${process.env["PORT"] ?? "8000"}`;

const { version } = JSON.parse(readFileSync(here("./package.json"), "utf8")) as { version: string };

/** The oldest browsers that get the app; anything older gets a page that says so. */
export const buildTargets = ["chrome99", "safari16.4", "firefox115"];

export default defineConfig({
  root: here("./pwa"),
  base: "/",
  define: { __APP_VERSION__: JSON.stringify(version) },
  resolve: { alias: { "#worker": here("./service_worker"), "#pwa": here("./pwa/src") } },
  plugins: [
    vue(),
    AutoImport({ resolvers: [VantResolver()], dts: here("./pwa/src/auto-imports.gen.d.ts") }),
    Components({ dirs: [], resolvers: [VantResolver()], dts: here("./pwa/src/components.gen.d.ts") }),
    vantIcons(),
  ],
  // Vant's px follow the system's text size; our own sheets say rem where they mean it.
  css: {
    postcss: { plugins: [pxtorem({ rootValue: 16, propList: ["*"], minPixelValue: 1.01, exclude: /pwa\/src\// })] },
  },
  build: { outDir: here("./dist"), emptyOutDir: true, target: buildTargets, modulePreload: { polyfill: false } },
  worker: { format: "es" },
  server: { proxy: { "/api": server, "/school": server, "/healthz": server, "/static": server } },
});
