import { fileURLToPath } from "node:url";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { chunks, compileAhead } from "./scripts/chunks.mjs";
import { precompress } from "./scripts/precompress.mjs";
import { preloadFont } from "./scripts/preload-font.mjs";
import { routerOptions } from "./scripts/routes.mjs";
import { themeScript } from "./scripts/theme-script.mjs";

/** Where `npm run dev` finds a running server; `momentum demo` listens there by default. */
const server = process.env.MOMENTUM_SERVER ?? "http://127.0.0.1:8080";
const proxied = ["/api", "/guides", "/oauth", "/slack", "/login/link", "/healthz", "/readyz"];

export default defineConfig({
  plugins: [
    tanstackRouter(routerOptions),
    react(),
    themeScript(),
    preloadFont(),
    compileAhead(),
    precompress(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The server puts a fresh nonce here in every answer; Vite sets it on each tag and in a meta element.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    target: "es2022",
    // An inlined asset would be a data: address, which the content security policy allows only for images.
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: chunks() },
  },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, { target: server }])) },
});
