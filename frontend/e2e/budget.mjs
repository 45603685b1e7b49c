// The budgets: what each page weighs over the wire, and how fast it stands and answers.
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cardIds, cards, check, close, feedReady, openAs, userOf, waitForFocus } from "./support.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const KB = 1000;
const LIMITS = {
  feedBrotli: 200 * KB,
  feedGzip: 215 * KB,
  shellGzip: 150 * KB,
  routeGzip: 35 * KB,
  cssGzip: 25 * KB,
};
const LCP_MS = 1_200;
/** The median of so many loads counts, and the worst shift. */
const LOADS = 3;
const INP_MS = 100;
const CLS = 0.05;

const size = (file, ending) => statSync(`${dist}${file}.${ending}`).size;
const kb = (bytes) => `${(bytes / KB).toFixed(1)} kB`;
const sum = (files, ending) => files.reduce((total, file) => total + size(file, ending), 0);

/** A chunk with everything it imports at once. */
function closure(manifest, key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key]?.imports ?? []) closure(manifest, next, seen);
  return seen;
}

function weigh() {
  const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"));
  const shell = closure(manifest, "index.html");
  const script = (keys) => [...keys].map((key) => manifest[key].file).filter((file) => file.endsWith(".js"));
  const routes = Object.keys(manifest).filter((key) => key.includes("tsr-split=component"));
  check(routes.length > 0, "the build has no chunk of its own for any page");
  const own = (key) => [...closure(manifest, key)].filter((chunk) => !shell.has(chunk));
  // What one page loads, the frame's and its own: nobody loads every page's at once.
  const cssOf = (keys) => [...new Set([...keys].flatMap((key) => manifest[key].css ?? []))];
  const cssGzip = Math.max(...routes.map((key) => sum(cssOf([...shell, ...closure(manifest, key)]), "gz")));
  const feed = routes.find((key) => key.includes("_app/_feed.tsx"));
  check(feed, "the build has no chunk for the feed");
  // What somebody who comes from the feed has to wait for: what it loads right after its first paint has come by then.
  const late = ["features/signals/FacetMenu.tsx", "app/AccountMenu.tsx", "@mantine/notifications/"].map(
    (part) => {
      const key = Object.keys(manifest).find((name) => name.includes(part));
      check(key, `the build has no chunk for ${part}`);
      return key;
    },
  );
  const there = new Set([feed, ...late].flatMap(own));
  const further = (key) => own(key).filter((chunk) => !there.has(chunk));
  return {
    shellGzip: sum(script(shell), "gz"),
    feedGzip: sum(script([...shell, ...own(feed)]), "gz"),
    feedBrotli: sum(script([...shell, ...own(feed)]), "br"),
    routes: routes
      .filter((key) => key !== feed)
      .map((key) => ({
        name: key.replace(/.*routes\/|\.tsx.*/g, ""),
        gzip: sum(script(further(key)), "gz"),
      })),
    cssGzip,
  };
}

/** A time is a figure of the machine too: it is printed, and a gate only where STRICT_TIMES says that nothing else runs there. */
function within(ok, message) {
  if (process.env.STRICT_TIMES === "1") check(ok, message);
  else if (!ok) console.log(`  over budget on this machine: ${message}`);
}

/** Collects what the browser measures about loading, shifting and answering, from the first moment on. */
function observe() {
  window.measured = { lcp: 0, cls: 0, interactions: new Map() };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.measured.lcp = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.measured.cls += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (!interactionId) continue;
      const { interactions } = window.measured;
      interactions.set(interactionId, Math.max(interactions.get(interactionId) ?? 0, duration));
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}

const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;

/** The stream keeps the network busy for ever, so this watches for as long as a test waits for anything. */
const seeShifts = (page) => page.waitForLoadState("networkidle").catch(() => {});

async function openMeasured(browser, demo, options = {}) {
  const page = await openAs(browser, demo, userOf(demo, "admin", "owner"), { path: null, ...options });
  await page.addInitScript(observe);
  await page.goto(`${demo.base_url}/?period=all`);
  await feedReady(page);
  return page;
}

export function budgetTests() {
  return [
    {
      name: "every page keeps its weight",
      run: async () => {
        const found = weigh();
        for (const [name, limit] of Object.entries(LIMITS)) {
          if (name === "routeGzip") continue;
          check(found[name] <= limit, `${name}: ${kb(found[name])}, at most ${kb(limit)}`);
        }
        const [heaviest] = found.routes.toSorted((a, b) => b.gzip - a.gzip);
        const heavy = found.routes.filter(({ gzip }) => gzip > LIMITS.routeGzip);
        check(heavy.length === 0, heavy.map(({ name, gzip }) => `${name}: ${kb(gzip)}`).join(", "));
        return `shell ${kb(found.shellGzip)} gz, feed ${kb(found.feedBrotli)} br ${kb(found.feedGzip)} gz, heaviest page ${heaviest.name} ${kb(heaviest.gzip)} gz, css ${kb(found.cssGzip)} gz`;
      },
    },
    {
      name: "the feed stands quickly and does not shift",
      run: async (browser, demo) => {
        const notes = [];
        for (const width of [1440, 360]) {
          const loads = [];
          for (let load = 0; load < LOADS; load += 1) {
            const page = await openMeasured(browser, demo, { width });
            if (load === 0) await seeShifts(page);
            else await page.evaluate(() => document.fonts.ready.then(() => new Promise(requestIdleCallback)));
            loads.push(await page.evaluate(() => ({ lcp: window.measured.lcp, cls: window.measured.cls })));
            await close(page);
          }
          const lcp = percentile(
            loads.map((load) => load.lcp),
            0.5,
          );
          const cls = Math.max(...loads.map((load) => load.cls));
          check(lcp > 0, "no paint was measured");
          within(lcp <= LCP_MS, `LCP at ${width} px: ${Math.round(lcp)} ms, at most ${LCP_MS}`);
          check(cls <= CLS, `CLS at ${width} px: ${cls.toFixed(3)}, at most ${CLS}`);
          notes.push(`${width} px: LCP ${Math.round(lcp)} ms, CLS ${cls.toFixed(3)}`);
        }
        return notes.join("; ");
      },
    },
    {
      name: "the feed answers keys and presses quickly",
      run: async (browser, demo) => {
        const page = await openMeasured(browser, demo);
        const first = (await cardIds(page))[0];
        await page.keyboard.press("j");
        let at = await waitForFocus(page);
        for (let step = 0; step < 25; step += 1) {
          await page.keyboard.press("j");
          at = await waitForFocus(page, at);
        }
        check(at !== first, "j did not move the focus");
        for (let step = 0; step < 5; step += 1) {
          await page.keyboard.press("k");
          at = await waitForFocus(page, at);
        }
        await page.evaluate(() => window.scrollTo({ top: 0 }));
        for (const name of ["Risk", "Churn", "Risk", "Churn"]) {
          await page
            .getByRole("button", { name: new RegExp(`^${name}`) })
            .first()
            .click();
        }
        await feedReady(page);
        await cards(page).first().getByRole("button", { name: /^Why/ }).click();
        const durations = await page.evaluate(
          () =>
            new Promise((resolve) =>
              requestAnimationFrame(() =>
                setTimeout(() => resolve([...window.measured.interactions.values()])),
              ),
            ),
        );
        const p75 = percentile(durations, 0.75);
        within(p75 <= INP_MS, `INP p75 ${p75} ms over ${durations.length} interactions, at most ${INP_MS}`);
        await close(page);
        return `INP p75 ${p75} ms, slowest ${Math.max(0, ...durations)} ms over ${durations.length} interactions above 16 ms`;
      },
    },
  ];
}
