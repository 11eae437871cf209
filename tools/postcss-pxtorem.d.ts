/** The plugin comes without types; only what vite.config.ts gives it. */
declare module "postcss-pxtorem" {
  import type { Plugin } from "postcss";

  export default function pxtorem(options: {
    rootValue: number;
    propList: readonly string[];
    minPixelValue: number;
    exclude?: RegExp;
  }): Plugin;
}
