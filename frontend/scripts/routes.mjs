// The router's settings, and `node scripts/routes.mjs [--check]`: writes src/routeTree.gen.ts, or fails when the
// committed one does not match the files in src/routes.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Generator, getConfig } from "@tanstack/router-generator";

const root = fileURLToPath(new URL("..", import.meta.url));
const tree = `${root}src/routeTree.gen.ts`;

export const routerOptions = {
  target: "react",
  routesDirectory: "./src/routes",
  generatedRouteTree: "./src/routeTree.gen.ts",
  quoteStyle: "double",
  semicolons: true,
  // Each page's component is a chunk of its own, fetched together with its data when a link to it is hovered.
  autoCodeSplitting: true,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  const before = readFileSync(tree, "utf8");
  await new Generator({ config: getConfig(routerOptions, root), root }).run();
  if (check && readFileSync(tree, "utf8") !== before) {
    writeFileSync(tree, before);
    console.error(
      "src/routeTree.gen.ts does not match src/routes: run `npm run routes` and commit the result.",
    );
    process.exit(1);
  }
}
