// Connecting a vendor, keeping a connection healthy and ending it.
import { SALESFORCE, SCOPES, SLACK, VENDORS } from "../connectors.mjs";
import { ask, check, close, equal, openAs, userOf } from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");

/**
 * The page with these connections on it. What the page sends is collected; `after` is what is there once it has
 * written, and what can be connected is answered again only after `offersHeld`.
 */
async function openConnectors(
  browser,
  demo,
  items,
  { path = "", after = items, user = admin(demo), offersHeld = Promise.resolve() } = {},
) {
  const page = await openAs(browser, demo, user, { path: null });
  const sent = [];
  await page.route("**/api/v1/connections**", async (route) => {
    const request = route.request();
    const at = new URL(request.url()).pathname.replace("/api/v1/connections", "");
    if (at === "/vendors") {
      if (sent.length > 0) await offersHeld;
      return route.fulfill({ json: { items: VENDORS } });
    }
    if (request.method() === "GET")
      return route.fulfill({ json: { items: sent.length > 0 ? after : items } });
    check(request.headers()["x-csrf-token"], "a write without the CSRF token");
    sent.push({ method: request.method(), path: at, body: request.postDataJSON() });
    if (at.endsWith("/check")) return route.fulfill({ json: after[0] });
    if (request.method() === "PATCH") return route.fulfill({ json: after[0] });
    return route.fulfill({ status: request.method() === "DELETE" ? 204 : 202 });
  });
  await page.goto(`${demo.base_url}/connectors${path}`);
  await page.getByRole("heading", { name: "HubSpot", exact: true }).waitFor();
  return { page, sent, card: (name) => page.getByRole("region", { name, exact: true }) };
}

export const tests = [
  {
    name: "every vendor is on the connections page, connected or with what it takes to connect it",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/connectors" });
      const { items } = await ask(page, demo, "/connections/vendors");
      for (const { vendor, label } of items) {
        check(label, `${vendor} has no name`);
        await page.getByRole("region", { name: label, exact: true }).first().waitFor();
      }
      await close(page);
      return `${items.length} vendors`;
    },
  },
  {
    name: "a vendor that this server is not set up for says which settings are missing and where it is explained",
    run: async (browser, demo) => {
      const { page, card } = await openConnectors(browser, demo, []);
      const text = await card("HubSpot").innerText();
      for (const part of ["Not set up on this server", ...VENDORS[2].missing_settings])
        check(text.includes(part), `the card does not say “${part}”`);
      equal(
        await card("HubSpot")
          .getByRole("link", { name: /Read the guide/ })
          .getAttribute("href"),
        VENDORS[2].guide_url,
        "the guide",
      );
      equal(
        await card("HubSpot")
          .getByRole("link", { name: /Connect/ })
          .count(),
        0,
        "ways to connect it",
      );
      equal(
        await card("Slack").getByRole("link", { name: "Connect Slack" }).getAttribute("href"),
        VENDORS[0].connect_url,
        "where Slack is connected",
      );
      await close(page);
    },
  },
  {
    name: "Salesforce is connected in production, in a sandbox or at a My Domain, by keyboard alone",
    run: async (browser, demo) => {
      const { page, card } = await openConnectors(browser, demo, []);
      const connect = card("Salesforce").getByRole("button", { name: "Connect Salesforce" });
      await connect.focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      const go = dialog.getByRole("link", { name: "Go to Salesforce" });
      equal(await go.getAttribute("href"), "/oauth/salesforce/start", "production");
      await dialog.getByRole("radio", { name: "Production" }).focus();
      await page.keyboard.press("ArrowRight");
      equal(await go.getAttribute("href"), "/oauth/salesforce/start?sandbox=1", "a sandbox");
      await page.keyboard.press("ArrowRight");
      await go.focus();
      await page.keyboard.press("Enter");
      await dialog.getByText("This is no address of Salesforce").waitFor();
      await dialog.getByRole("textbox", { name: "My Domain" }).fill("https://acme.my.salesforce.com/home");
      equal(
        await go.getAttribute("href"),
        "/oauth/salesforce/start?my_domain=acme.my.salesforce.com",
        "a My Domain",
      );
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      check(await connect.evaluate((button) => button === document.activeElement), "the focus was lost");
      await close(page);
    },
  },
  {
    name: "a troubled connection says why, what the vendor said, what is left and what was not granted",
    run: async (browser, demo) => {
      const { page, card } = await openConnectors(browser, demo, [SLACK, SALESFORCE]);
      const slack = await card("Slack").innerText();
      for (const part of [
        SLACK.status_reason,
        SLACK.last_error.message,
        "4 of 50 calls left in 1 minute",
        "Slack did not grant everything",
        SCOPES[2].why,
        SLACK.gaps[0].reason,
      ])
        check(slack.includes(part), `Slack’s card does not say “${part}”`);
      const salesforce = await card("Salesforce").innerText();
      for (const part of [
        "Disconnected",
        "Paused: 12 items wait",
        "No longer accepted",
        "87,600 of 100,000 calls",
      ])
        check(salesforce.includes(part), `Salesforce’s card does not say “${part}”`);
      equal(await card("Salesforce").getByRole("button", { name: "Sync now" }).count(), 0, "syncs while off");
      equal(
        await card("Salesforce").getByRole("link", { name: "Authorise again" }).getAttribute("href"),
        `/oauth/salesforce/start?connection=${SALESFORCE.id}`,
        "where it is renewed",
      );
      await card("Salesforce").getByRole("button", { name: "Connect another one" }).waitFor();
      await close(page);
    },
  },
  {
    name: "checking a connection tells what came of it",
    run: async (browser, demo) => {
      const well = { ...SLACK, status: "connected", status_reason: null, last_error: null };
      const { page, sent, card } = await openConnectors(browser, demo, [SLACK], { after: [well] });
      await card("Slack").getByRole("button", { name: "Check now" }).click();
      await page.getByText("Slack answers").waitFor();
      await card("Slack").getByText("Healthy").waitFor();
      equal(sent[0].path, `/${SLACK.id}/check`, "what was sent");
      await close(page);
    },
  },
  {
    name: "disconnecting says what will happen and asks first",
    run: async (browser, demo) => {
      let answerOffers;
      const offersHeld = new Promise((resolve) => {
        answerOffers = resolve;
      });
      const { page, sent, card } = await openConnectors(browser, demo, [SLACK], { after: [], offersHeld });
      await card("Slack").getByRole("button", { name: "Disconnect" }).click();
      const dialog = page.getByRole("dialog", { name: "Disconnect Slack?" });
      await dialog.getByText("Signals found so far stay").waitFor();
      equal(sent.length, 0, "requests before the answer");
      await dialog.getByRole("button", { name: "Disconnect" }).click();
      // The card that was pressed is gone before everything is asked again: the outcome is told nevertheless.
      await card("Slack").getByRole("link", { name: "Connect Slack" }).waitFor();
      answerOffers();
      await page.getByText("Slack is disconnected").waitFor();
      equal(`${sent[0].method} ${sent[0].path}`, `DELETE /${SLACK.id}`, "what was sent");
      await close(page);
    },
  },
  {
    name: "the patterns of joined channels are tried before they are saved",
    run: async (browser, demo) => {
      const { page, sent, card } = await openConnectors(browser, demo, [SLACK]);
      await card("Slack").getByText("Channels and history").click();
      const patterns = card("Slack").getByLabel("Join public channels by themselves");
      await patterns.fill("two words");
      await card("Slack").getByText("cannot be a channel’s name").waitFor();
      await patterns.fill("#Kunde-*\nsupport*");
      await card("Slack").getByLabel("Try a channel name").fill("#kunde-acme");
      await card("Slack").getByText("#kunde-acme is joined, because of kunde-*").waitFor();
      await card("Slack").getByLabel("How fast older messages are read").selectOption("internal");
      await card("Slack").getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved. New channels follow it at once.").waitFor();
      equal(
        JSON.stringify(sent[0]),
        JSON.stringify({
          method: "PATCH",
          path: `/${SLACK.id}`,
          body: { auto_join: ["kunde-*", "support*"], history_profile: "internal" },
        }),
        "what was sent",
      );
      await close(page);
    },
  },
  {
    name: "coming back from a vendor says what became of it and what to do, and can be dismissed",
    run: async (browser, demo) => {
      const codes = {
        access_denied: "Access was not granted",
        state_mismatch: "did not belong to this browser session",
        app_not_installed: "An admin there has to install the package first",
        already_connected_elsewhere: "connected to another company",
        exchange_failed: "did not hand out its access",
        missing_scope: "Start again and accept everything",
        something_new: "Start again; nothing was changed",
      };
      for (const [code, words] of Object.entries(codes)) {
        const path = `?connect_error=${code}&vendor=slack`;
        const { page } = await openConnectors(browser, demo, [], { path });
        const notice = page.getByRole("alert");
        check((await notice.innerText()).includes(words), `${code}: ${await notice.innerText()}`);
        await notice.getByRole("link", { name: "Try again" }).waitFor();
        await notice.getByRole("button", { name: "Dismiss" }).click();
        await notice.waitFor({ state: "detached" });
        await page.waitForURL((url) => url.search === "");
        await close(page);
      }
    },
  },
];
