// Pictures of every page at desk and phone width, light and dark, for people to look at. SCREENSHOTS names the folder.
import { mkdirSync } from "node:fs";
import { STATES } from "./states.mjs";
import { close, openAs, openFresh, userOf } from "./support.mjs";

export async function takeScreenshots(browser, demo, folder, only) {
  mkdirSync(folder, { recursive: true });
  for (const state of STATES) {
    if (only && !state.name.includes(only)) continue;
    for (const [width, height] of [
      [1440, 900],
      [360, 740],
    ]) {
      for (const dark of [false, true]) {
        const options = { width, height, dark };
        const page = state.signedOut
          ? await openFresh(browser, options)
          : await openAs(browser, demo, userOf(demo, ...(state.roles ?? ["admin", "owner"])), {
              ...options,
              path: null,
            });
        await state.open(page, demo);
        await page.screenshot({ path: `${folder}/${state.name}-${width}-${dark ? "dark" : "light"}.png` });
        await close(page);
      }
    }
  }
}
