// axe on every page in every state, light and dark, at desk and at phone width: no violation.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { STATES } from "./states.mjs";
import { check, close, openAs, openFresh, userOf } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = [
  { width: 1440, height: 900, dark: false },
  { width: 1440, height: 900, dark: true },
  { width: 360, height: 740, dark: true },
];

export function axeTests() {
  return STATES.map((state) => ({
    name: `axe finds nothing on: ${state.name}`,
    run: async (browser, demo) => {
      for (const view of VIEWS) {
        const page = state.signedOut
          ? await openFresh(browser, view)
          : await openAs(browser, demo, userOf(demo, ...(state.roles ?? ["admin", "owner"])), {
              ...view,
              path: null,
            });
        await state.open(page, demo);
        const { violations } = await page.evaluate(
          `${axe}; axe.run(document, { resultTypes: ["violations"] })`,
        );
        const told = violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`,
        );
        check(told.length === 0, `at ${view.width} px ${view.dark ? "dark" : "light"}: ${told.join("\n")}`);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        check(overflow <= 0, `at ${view.width} px the page is ${overflow} px wider than the window`);
        await close(page);
      }
    },
  }));
}
