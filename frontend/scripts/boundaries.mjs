// Holds who may import whom: i18n <- ui <- api <- features <- app <- routes <- main.tsx. A feature never imports another
// feature: what two of them need belongs to ui or api. Also holds the file sizes (tsx: 300 lines at most).
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));
const LAYERS = ["i18n", "ui", "api", "features", "app", "routes"];
const MAX_LINES = 300;
const GENERATED = new Set(["routeTree.gen.ts", "api/schema.d.ts"]);

const layerOf = (path) => {
  const at = LAYERS.indexOf(path.split("/")[0]);
  return at === -1 ? LAYERS.length : at;
};
const featureOf = (path) => (path.startsWith("features/") ? path.split("/")[1] : null);

const faults = [];
for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  const path = relative(src, file);
  if (!entry.isFile() || !/\.tsx?$/.test(path) || GENERATED.has(path)) continue;
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").length - 1;
  if (lines > MAX_LINES) faults.push(`${path}: ${lines} lines, at most ${MAX_LINES}`);
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*"((?:@\/|\.)[^"]+)"/g)) {
    const target = specifier.startsWith("@/")
      ? specifier.slice(2)
      : relative(src, resolve(dirname(file), specifier));
    if (layerOf(target) > layerOf(path)) faults.push(`${path} imports ${target}, which stands above it`);
    const [from, to] = [featureOf(path), featureOf(target)];
    if (from && to && from !== to) faults.push(`${path} imports another feature: ${target}`);
  }
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
