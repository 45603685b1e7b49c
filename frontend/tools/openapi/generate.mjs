// Writes src/api/schema.d.ts from the server's committed API description.
//   node generate.mjs           writes it
//   node generate.mjs --check   fails when the committed file differs from what would be written
// OPENAPI_DOCUMENT names another description than docs/openapi.json.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const source = process.env.OPENAPI_DOCUMENT
  ? pathToFileURL(process.env.OPENAPI_DOCUMENT)
  : new URL("../../../docs/openapi.json", import.meta.url);
const target = new URL("../../src/api/schema.d.ts", import.meta.url);

const types = astToString(await openapiTS(source, { alphabetize: true }));
const text = `// Generated from docs/openapi.json by "npm run generate". Do not edit.\n\n${types}`;

if (process.argv.includes("--check")) {
  if ((await readFile(target, "utf8")) !== text) {
    console.error(
      "src/api/schema.d.ts does not match docs/openapi.json: run `npm run generate` and commit the result.",
    );
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
