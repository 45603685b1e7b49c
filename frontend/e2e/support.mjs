// What every browser test needs: the demo it talks to, a signed-in page, and assertions that say what was wrong.
import { createHmac } from "node:crypto";
import { chromium } from "playwright-core";

/** The one line that `momentum demo --json` prints, in MOMENTUM_DEMO; BASE_URL overrides where it is reached. */
export function demoFromEnvironment() {
  const demo = JSON.parse(process.env.MOMENTUM_DEMO ?? "{}");
  const base = process.env.BASE_URL ?? demo.base_url;
  if (!base || !demo.users) {
    console.error("Set MOMENTUM_DEMO to the line that `momentum demo --json` prints, and run this again.");
    process.exit(2);
  }
  return { ...demo, base_url: base.replace(/\/$/, "") };
}

/** How long a test waits for what should be there within a second or two; a busy machine needs the rest. */
const WAIT_MS = 15_000;

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Somebody of the demo with one of these roles, the first that there is. */
export function userOf(demo, ...roles) {
  const found = roles.map((role) => demo.users.find((user) => user.role === role)).find(Boolean);
  check(found, `the demo has no user with role ${roles.join(" or ")}`);
  return found;
}

const signedIn = new Map();

/** A page of its own in a fresh context, signed in as the given user. Faults on the page's console fail the test. */
export async function openAs(
  browser,
  demo,
  user,
  { path = "/", width = 1440, height = 900, dark = false, ...rest } = {},
) {
  const key = `${demo.base_url} ${user.email}`;
  if (!signedIn.has(key)) {
    const context = await browser.newContext();
    const answer = await context.request.post(`${demo.base_url}/api/v1/session`, {
      data: { email: user.email, password: user.password },
    });
    check(answer.ok(), `${user.email} could not sign in: ${answer.status()} ${await answer.text()}`);
    signedIn.set(key, await context.storageState());
    await context.close();
  }
  const page = await openFresh(browser, { width, height, dark, storageState: signedIn.get(key), ...rest });
  if (path) await page.goto(demo.base_url + path);
  return page;
}

export async function openFresh(browser, { width = 1440, height = 900, dark = false, ...rest } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    ...rest,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => {
    // A refused request is a fault only where the test does not provoke it: those are asserted on the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      page.faults.push(message.text());
    }
  });
  return page;
}

/** Closes the page's context and fails if the page reported faults meanwhile. */
export async function close(page) {
  const { faults } = page;
  await page.context().close();
  check(faults.length === 0, `the page reported: ${faults.join(" | ")}`);
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

export function equal(actual, expected, what) {
  check(
    actual === expected,
    `${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`,
  );
}

/** Asks the API as the signed-in page would. */
export async function ask(page, demo, path) {
  const answer = await page.context().request.get(`${demo.base_url}/api/v1${path}`);
  check(answer.ok(), `${path} answered ${answer.status()}`);
  return answer.json();
}

export const cards = (page) => page.locator("article[data-signal-id]");

/** The feed with its first cards on it. */
export async function feedReady(page) {
  await cards(page).first().waitFor();
}

/** Ids of the cards in the document, from top to bottom. */
export function cardIds(page) {
  return cards(page).evaluateAll((all) => all.map((card) => card.dataset.signalId));
}

export function focusedCard(page) {
  return page.evaluate(() => document.activeElement?.closest("[data-signal-id]")?.dataset.signalId ?? null);
}

/** Waits until the focus is on a card that `fits` accepts, without sleeping, and answers its id. */
export async function waitForFocus(page, not = null) {
  const handle = await page.waitForFunction((other) => {
    const id = document.activeElement?.closest("[data-signal-id]")?.dataset.signalId;
    return id && id !== other ? id : null;
  }, not);
  return handle.jsonValue();
}

/** Sends a message as Slack would: signed over the raw body with the demo's secret. */
export async function postSlackMessage(page, demo, { channel, user, text }) {
  const now = Date.now();
  const ts = `${Math.floor(now / 1000)}.${String(now % 1000).padStart(3, "0")}${String(Math.floor(Math.random() * 1000)).padStart(3, "0")}`;
  const event = {
    type: "message",
    channel,
    user,
    text,
    ts,
    event_ts: ts,
    channel_type: "channel",
    team: demo.slack_team_id,
  };
  const body = JSON.stringify({
    token: "unused",
    team_id: demo.slack_team_id,
    api_app_id: "A0MOMENTUM",
    event,
    type: "event_callback",
    event_id: `Ev${ts.replace(".", "")}`,
    event_time: Math.floor(now / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: demo.slack_team_id,
        user_id: "U0MOMENTUM",
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: true,
  });
  const stamp = String(Math.floor(now / 1000));
  const signature = createHmac("sha256", demo.slack_signing_secret)
    .update(`v0:${stamp}:${body}`)
    .digest("hex");
  const answer = await page.context().request.post(`${demo.base_url}/slack/events`, {
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": stamp,
      "x-slack-signature": `v0=${signature}`,
    },
    data: Buffer.from(body),
  });
  check(answer.ok(), `/slack/events answered ${answer.status()}: ${await answer.text()}`);
}
