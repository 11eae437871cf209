/** Builds `service_worker/worker.ts` into `dist/sw.js`, with the list of our own shell's files to precache. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { buildTargets } from "./vite.config.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const dist = here("./dist");

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** A file whose name carries its content's hash needs no revision. */
function precacheEntry(file: string): { url: string; revision: string | null } {
  const url = `/${relative(dist, file)}`;
  const named = /^\/assets\/.*-[\w-]{8}\./.test(url);
  return { url, revision: named ? null : createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16) };
}

function precache(): Plugin {
  return {
    name: "precache-list",
    generateBundle(_options, bundle) {
      const list = filesBelow(dist)
        .filter((file) => !/^sw\.js$|\.map$|^screens\//.test(relative(dist, file))) // of screens the browser asks by itself
        .map(precacheEntry);
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk") chunk.code = chunk.code.replace(/self\.__WB_MANIFEST/g, JSON.stringify(list));
      }
    },
  };
}

export default defineConfig({
  publicDir: false,
  define: { "process.env.NODE_ENV": '"production"' },
  resolve: { alias: { "#worker": here("./service_worker") } },
  plugins: [precache()],
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: buildTargets,
    rolldownOptions: {
      input: here("./service_worker/worker.ts"),
      output: { format: "iife", entryFileNames: "sw.js" },
    },
  },
});
