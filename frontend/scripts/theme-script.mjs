// The colour scheme must stand before the first paint, and the content security policy forbids inline scripts:
// src/app/theme-boot.js is served as a small blocking script with a hashed name instead.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const SOURCE = new URL("../src/app/theme-boot.js", import.meta.url);
const DEV_PATH = "/theme-boot.js";

export function themeScript() {
  let building = false;
  const code = () => readFileSync(SOURCE, "utf8");
  const builtName = () => `assets/theme-${createHash("sha256").update(code()).digest("hex").slice(0, 8)}.js`;
  return {
    name: "momentum-theme-script",
    configResolved(config) {
      building = config.command === "build";
    },
    configureServer(server) {
      server.middlewares.use(DEV_PATH, (_request, response) => {
        response.setHeader("content-type", "text/javascript").end(code());
      });
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: builtName(), source: code() });
    },
    transformIndexHtml() {
      const src = building ? `/${builtName()}` : DEV_PATH;
      return [{ tag: "script", attrs: { src }, injectTo: "head" }];
    },
  };
}
