// Runs the browser tests against a running server: MOMENTUM_DEMO='{"base_url":…}' node e2e/run.mjs [part of a name]
// SIGNALS=10000 fills the server with so many signals first.
import { readdirSync } from "node:fs";
import { axeTests } from "./axe.mjs";
import { budgetTests } from "./budget.mjs";
import { fill } from "./fill.mjs";
import { takeScreenshots } from "./screenshots.mjs";
import { demoFromEnvironment, launch } from "./support.mjs";

const only = process.argv[2] ?? "";
const demo = demoFromEnvironment();
const folder = new URL("./pages/", import.meta.url);
const stories = await Promise.all(
  readdirSync(folder)
    .filter((file) => file.endsWith(".mjs"))
    .sort()
    .map(async (file) => (await import(new URL(file, folder))).tests),
);
const tests = [...stories.flat(), ...axeTests(), ...budgetTests()].filter(({ name }) => name.includes(only));

/** Generous on a busy two-core machine; a test that hangs must still end. */
const TEST_TIMEOUT_MS = 120_000;

if (process.env.SIGNALS) await fill(demo, Number(process.env.SIGNALS));

let passed = 0;
const failures = [];
const browser = await launch();
for (const { name, run } of tests) {
  const started = Date.now();
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("did not end in time")), TEST_TIMEOUT_MS);
    });
    const note = await Promise.race([run(browser, demo), late]);
    passed += 1;
    console.log(`ok    ${name}${note ? `: ${note}` : ""} (${Date.now() - started} ms)`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL  ${name}\n      ${String(error?.message ?? error).replaceAll("\n", "\n      ")}`);
  } finally {
    clearTimeout(timer);
    await Promise.all(browser.contexts().map((context) => context.close()));
  }
}
if (process.env.SCREENSHOTS) await takeScreenshots(browser, demo, process.env.SCREENSHOTS, only);
await browser.close();
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 && passed > 0 ? 0 : 1);
