/** Builds the teacher's app (`pwa/`) into `dist/`; the service worker is a second build (vite.sw.config.ts). */
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

/** The oldest browsers that get the app; anything older gets a page that says so. */
export const buildTargets = ["chrome99", "safari16.4", "firefox115"];

export default defineConfig({
  root: here("./pwa"),
  base: "/",
  resolve: { alias: { "#worker": here("./service_worker"), "#pwa": here("./pwa/src") } },
  plugins: [
    vue(),
    AutoImport({ resolvers: [VantResolver()], dts: here("./pwa/src/auto-imports.gen.d.ts") }),
    Components({ dirs: [], resolvers: [VantResolver()], dts: here("./pwa/src/components.gen.d.ts") }),
    vantIcons(),
  ],
  css: { postcss: { plugins: [pxtorem({ rootValue: 16, propList: ["*"], minPixelValue: 1.01 })] } },
  build: { outDir: here("./dist"), emptyOutDir: true, target: buildTargets, modulePreload: { polyfill: false } },
  worker: { format: "es" },
  server: { proxy: { "/api": server, "/school": server, "/healthz": server, "/static": server } },
});
