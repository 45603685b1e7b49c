import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
    testTimeout: 20_000,
    // Dates are written in the reader's zone: a fixed one makes the expectations the same everywhere.
    env: { TZ: "Europe/Berlin" },
  },
});
