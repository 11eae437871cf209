/** Unit and contract tests of the phone's engine (a worker's world) and of the app's components (a page's world). */
import { mergeConfig } from "vite";
import { defineConfig } from "vitest/config";
import app from "./vite.config.ts";

const at = (path: string): string => new URL(path, import.meta.url).pathname;

export default mergeConfig(
  app,
  defineConfig({
    root: at("."),
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: "worker",
            include: ["tests/service_worker/**/*.test.ts"],
            environment: "node",
            setupFiles: ["tests/service_worker/setup.ts"],
          },
        },
        {
          extends: true,
          test: {
            name: "pwa",
            include: ["tests/pwa/**/*.test.ts"],
            environment: "happy-dom",
            setupFiles: ["tests/pwa/setup.ts"],
          },
        },
      ],
    },
  }),
);
