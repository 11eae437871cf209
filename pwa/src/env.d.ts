/** The version of the app, from package.json; put in when it is built. */
declare const __APP_VERSION__: string;

/** For tools that read TypeScript but no single-file components; the type checker knows each component exactly. */
declare module "*.vue" {
  import type { DefineComponent } from "vue";

  const component: DefineComponent;
  export default component;
}
