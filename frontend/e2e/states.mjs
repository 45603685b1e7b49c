// Every page in every state that people meet: loaded, empty, failed, with a dialog open. Used for axe and for pictures.
import { CHANNEL_STATES } from "./channelStates.mjs";
import { CRM_STATES } from "./crmStates.mjs";
import { DEAD_LETTERS } from "./deadLetters.mjs";
import { empty, fail, go, heading, json, PROBLEM } from "./stateSupport.mjs";
import { ask, cards, feedReady } from "./support.mjs";

const EMPTY_COUNTS = {
  total: 0,
  high_priority: 0,
  by_kind: [],
  by_status: [],
  by_account: [],
  by_member: [],
  by_channel: [],
};

async function openFeed(page, demo) {
  await go(page, demo, "/");
  await feedReady(page);
}

async function openDrawer(page, demo, pick = () => true) {
  const { items } = await ask(page, demo, "/signals?limit=100");
  const signal = items.find(pick) ?? items[0];
  await go(page, demo, `/signals/${signal.id}`);
  await page.getByRole("dialog").getByRole("heading", { name: "Why Momentum thinks so" }).waitFor();
}

async function openDialog(page, demo, key) {
  await openFeed(page, demo);
  await cards(page).first().focus();
  await page.keyboard.press(key);
  await page.getByRole("dialog").waitFor();
}

export const STATES = [
  {
    name: "login",
    signedOut: true,
    open: async (page, demo) => {
      await go(page, demo, "/login");
      await heading(page, "Sign in to Momentum");
    },
  },
  {
    name: "login-refused",
    signedOut: true,
    open: async (page, demo) => {
      await go(page, demo, "/login");
      await page.getByLabel("E-mail").fill("nobody@example.com");
      await page.getByLabel("Password", { exact: true }).fill("not the password");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByText("do not belong together").waitFor();
    },
  },
  {
    name: "signup",
    signedOut: true,
    open: async (page, demo) => {
      await go(page, demo, "/signup");
      await heading(page, "Start with Momentum");
    },
  },
  { name: "feed", open: openFeed },
  {
    name: "feed-filtered",
    open: async (page, demo) => {
      await go(page, demo, "/?kind=risk,churn&confidence=70");
      await feedReady(page);
    },
  },
  {
    name: "feed-why",
    open: async (page, demo) => {
      await openFeed(page, demo);
      await page.getByRole("button", { name: /^Why/ }).first().click();
    },
  },
  {
    name: "feed-filter-open",
    open: async (page, demo) => {
      await openFeed(page, demo);
      const narrow = page.viewportSize().width < 768;
      await page.getByRole("button", { name: narrow ? /^Filters/ : "Account", exact: !narrow }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "feed-empty",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/signals?*");
      await empty(page, "**/api/v1/signals/counts*", EMPTY_COUNTS);
      await go(page, demo, "/");
      await heading(page, "No signals in the last 7 days");
    },
  },
  {
    name: "feed-no-match",
    open: async (page, demo) => {
      await go(page, demo, "/?q=zzzzqqqq");
      await heading(page, "No signal matches these filters");
    },
  },
  {
    name: "feed-error",
    open: async (page, demo) => {
      await fail(page, "**/api/v1/signals?*");
      await go(page, demo, "/");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  {
    name: "mine",
    open: async (page, demo) => {
      await go(page, demo, "/mine");
      await heading(page, "My signals");
      await page.locator("article, [role=status] h2").first().waitFor();
    },
    roles: ["rep", "csm"],
  },
  { name: "snooze", open: (page, demo) => openDialog(page, demo, "s") },
  { name: "dismiss", open: (page, demo) => openDialog(page, demo, "x") },
  { name: "assign", open: (page, demo) => openDialog(page, demo, "a") },
  { name: "shortcuts", open: (page, demo) => openDialog(page, demo, "?") },
  { name: "palette", open: (page, demo) => openDialog(page, demo, "Control+k") },
  {
    name: "undo-toast",
    open: async (page, demo) => {
      await openFeed(page, demo);
      await page.route("**/actions", (route) =>
        route.fulfill(json({ ...PROBLEM, detail: "Somebody else closed it first.", status: 409 }, 409)),
      );
      await cards(page).first().focus();
      await page.keyboard.press("e");
      await page.getByText("It is back as it was").waitFor();
    },
  },
  {
    name: "signal",
    open: (page, demo) => openDrawer(page, demo, (signal) => signal.delivery_state === "delivered"),
  },
  {
    name: "signal-unmapped",
    open: (page, demo) => openDrawer(page, demo, (signal) => signal.account === null),
  },
  {
    name: "signal-missing",
    open: async (page, demo) => {
      await go(page, demo, "/signals/sig_00000000000000000000000000000000");
      await heading(page, "This signal is not here");
    },
  },
  {
    name: "accounts",
    open: async (page, demo) => {
      await go(page, demo, "/accounts");
      await page.getByRole("table").waitFor();
    },
  },
  {
    name: "accounts-empty",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/accounts*");
      await go(page, demo, "/accounts");
      await heading(page, "No accounts yet");
    },
  },
  {
    name: "accounts-error",
    open: async (page, demo) => {
      await fail(page, "**/api/v1/accounts*");
      await go(page, demo, "/accounts");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  {
    name: "connections",
    open: async (page, demo) => {
      await go(page, demo, "/connectors");
      await heading(page, "Slack");
    },
  },
  {
    name: "connections-empty",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/connections", { items: [] });
      await empty(page, "**/api/v1/imports");
      await go(page, demo, "/connectors");
      await heading(page, "Nothing is connected yet");
    },
  },
  {
    name: "connections-error",
    open: async (page, demo) => {
      await fail(page, "**/api/v1/connections");
      await go(page, demo, "/connectors");
      await page.getByRole("button", { name: "Try again" }).first().waitFor();
    },
  },
  ...CRM_STATES,
  {
    name: "dead-letters",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/dead-letters?*", { items: DEAD_LETTERS, next_cursor: null });
      await go(page, demo, "/dead-letters");
      await page.getByRole("article").first().waitFor();
    },
  },
  {
    name: "dead-letters-discard",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/dead-letters?*", { items: DEAD_LETTERS, next_cursor: null });
      await go(page, demo, "/dead-letters");
      await page.getByRole("button", { name: "Discard" }).first().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "dead-letters-empty",
    open: async (page, demo) => {
      await empty(page, "**/api/v1/dead-letters?*");
      await go(page, demo, "/dead-letters");
      await heading(page, "No dead letters");
    },
  },
  {
    name: "dead-letters-error",
    open: async (page, demo) => {
      await fail(page, "**/api/v1/dead-letters?*");
      await go(page, demo, "/dead-letters");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  ...CHANNEL_STATES,
  {
    name: "forbidden",
    roles: ["viewer"],
    open: async (page, demo) => {
      await go(page, demo, "/dead-letters");
      await heading(page, "Your role does not include this page");
    },
  },
  {
    name: "not-found",
    open: async (page, demo) => {
      await go(page, demo, "/no/such/page");
      await heading(page, "There is no page at this address");
    },
  },
  {
    name: "offline",
    open: async (page, demo) => {
      await openFeed(page, demo);
      // The connection goes once the parts that come after the first paint are there.
      await page.locator("[data-initials]").waitFor();
      await page.locator("search [aria-expanded=false]").first().waitFor({ state: "attached" });
      await page.locator(".mantine-Notifications-root").first().waitFor({ state: "attached" });
      await page.context().setOffline(true);
      await page.getByText("You are offline").waitFor();
    },
  },
];
