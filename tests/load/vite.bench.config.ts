/** Builds `phone_page.ts` for the measurements on a phone; the product never contains it. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  publicDir: false,
  resolve: { alias: { "#worker": here("../../service_worker") } },
  build: {
    emptyOutDir: false,
    outDir: process.env["BENCH_OUT"] ?? here("../../.make/bench"),
    lib: { entry: here("./phone_page.ts"), formats: ["es"], fileName: "bench" },
  },
});
