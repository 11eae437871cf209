/** Typed lint for the phone's code: no floating promises, no `any`, no `console`; the engine never imports the page. */
import prettier from "eslint-config-prettier";
import vue from "eslint-plugin-vue";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";
import vueParser from "vue-eslint-parser";

export default defineConfig(
  { ignores: ["dist", "pwa/public", "node_modules", "**/*.gen.*", "tests/e2e", ".venv", ".make"] },
  ts.configs.strictTypeChecked,
  vue.configs["flat/recommended"],
  {
    files: ["**/*.ts", "**/*.vue"],
    languageOptions: {
      parser: vueParser,
      parserOptions: {
        parser: ts.parser,
        projectService: true,
        extraFileExtensions: [".vue"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "no-console": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-undef": "off",
      "vue/multi-word-component-names": "off",
      "vue/require-default-prop": "off",
    },
  },
  {
    files: ["service_worker/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["#pwa/*", "**/pwa/**"], message: "The engine works without a page." }] },
      ],
    },
  },
  {
    files: ["pwa/**/*.ts", "pwa/**/*.vue"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["#worker/worker*", "**/service_worker/worker*"], message: "Only the browser loads the worker." },
          ],
        },
      ],
    },
  },
  prettier,
);
