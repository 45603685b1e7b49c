// What was written to the CRM: found by filters in the address, tried again, discarded, taken back.
import { DELIVERIES, RECONCILIATIONS, UNDO } from "../deliveries.mjs";
import { ask, check, close, equal, openAs, userOf } from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");
const row = (page, text) => page.getByRole("row").filter({ hasText: text });

/** The page with writes in every state. What the page asks and sends is collected. */
async function openDeliveries(browser, demo, path = "") {
  const page = await openAs(browser, demo, admin(demo), { path: null });
  const asked = [];
  const sent = [];
  await page.route("**/api/v1/reconciliations*", (route) =>
    route.fulfill({ json: { items: RECONCILIATIONS, next_cursor: null } }),
  );
  await page.route("**/api/v1/deliveries**", async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    if (request.method() === "GET") {
      asked.push(url.searchParams);
      const state = url.searchParams.get("state");
      const items = DELIVERIES.filter((each) => !state || each.state === state);
      return route.fulfill({ json: { items, next_cursor: null } });
    }
    check(request.headers()["x-csrf-token"], "a write without the CSRF token");
    const at = url.pathname.replace("/api/v1/deliveries", "");
    sent.push({ path: at, body: request.postDataJSON() });
    if (at === "/undo") return route.fulfill({ json: UNDO });
    if (at.endsWith("/discard")) return route.fulfill({ status: 204 });
    return route.fulfill({ status: 202, json: { retried: 1 } });
  });
  await page.goto(`${demo.base_url}/deliveries${path}`);
  await page.getByRole("table").waitFor();
  return { page, asked, sent };
}

export const tests = [
  {
    name: "the deliveries page shows what the server has written",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/deliveries" });
      await page.getByRole("heading", { name: "Deliveries", exact: true }).waitFor();
      const { items } = await ask(page, demo, "/deliveries?limit=50");
      if (items.length > 0) await page.getByRole("table").waitFor();
      else await page.getByRole("heading", { name: "Nothing was written yet" }).waitFor();
      for (const { record } of items.filter((each) => each.record?.url).slice(0, 3))
        await page.locator(`a[href="${record.url}"]`).first().waitFor();
      await close(page);
      return `${items.length} deliveries`;
    },
  },
  {
    name: "each write says what, for whom, how far it is and what the CRM said, and leads to the record and the signal",
    run: async (browser, demo) => {
      const { page } = await openDeliveries(browser, demo);
      const [written, refused, deal] = DELIVERIES;
      const text = await row(page, "Refused").innerText();
      for (const part of [
        refused.error.code,
        refused.error.message,
        "Salesforce said",
        "tried 3 times",
        "Acme Corp",
      ])
        check(text.includes(part), `the refused write does not say “${part}”`);
      equal(
        await row(page, "Written")
          .first()
          .getByRole("link", { name: "Open in Salesforce: task" })
          .getAttribute("href"),
        written.record.url,
        "the record",
      );
      check(
        (await row(page, deal.signal.title).innerText()).startsWith("Deal"),
        "HubSpot’s word is not used",
      );
      await row(page, deal.signal.title).getByRole("link", { name: deal.signal.title }).click();
      await page.waitForURL((url) => url.pathname === `/signals/${deal.signal.id}`);
      await close(page);
    },
  },
  {
    name: "the nightly comparison is told in numbers that are cut, not rounded",
    run: async (browser, demo) => {
      const { page } = await openDeliveries(browser, demo);
      const panel = page.getByRole("region", { name: "Does the CRM agree?" });
      await panel.getByText("99.9 %").waitFor();
      const text = await panel.innerText();
      for (const part of ["Duplicates prevented", "38", "1,204"])
        check(text.includes(part), `the panel does not say “${part}”`);
      await close(page);
    },
  },
  {
    name: "filters of the deliveries live in the address and are what the server is asked",
    run: async (browser, demo) => {
      const { page, asked } = await openDeliveries(browser, demo, "?state=dead_letter&system=salesforce");
      equal(await page.getByRole("row").count(), 2, "rows with their head");
      equal(asked[0].get("state"), "dead_letter", "the state asked for");
      equal(asked[0].get("system"), "salesforce", "the system asked for");
      await page.getByLabel("Period", { exact: true }).selectOption("7d");
      await page.waitForURL((url) => url.searchParams.get("since") === "7d");
      const days = (Date.now() - Date.parse(asked.at(-1).get("since"))) / 86_400_000;
      check(Math.abs(days - 7) < 0.1, `asked for ${days} days`);
      const { items } = await ask(page, demo, "/accounts?sort=name&limit=1");
      await page.getByRole("button", { name: "Account: all" }).click();
      await page.getByRole("combobox", { name: "Find an account" }).fill(items[0].name);
      await page.getByRole("dialog").getByRole("option", { name: items[0].name }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.searchParams.get("account") === items[0].id);
      await page.getByRole("button", { name: `Account: ${items[0].name}` }).waitFor();
      await page.getByRole("button", { name: "Clear filters" }).click();
      await page.waitForURL((url) => url.search === "");
      await close(page);
    },
  },
  {
    name: "a refused write is tried again or discarded with a reason",
    run: async (browser, demo) => {
      const { page, sent } = await openDeliveries(browser, demo);
      await row(page, "Refused").getByRole("button", { name: "Retry" }).click();
      await page.getByText("It is being tried again").waitFor();
      await row(page, "Refused").getByRole("button", { name: "Discard" }).click();
      const dialog = page.getByRole("dialog", { name: "Discard this write?" });
      await dialog.getByLabel("Reason").fill("Done by hand");
      await dialog.getByRole("button", { name: "Discard" }).click();
      await dialog.waitFor({ state: "detached" });
      equal(
        sent.map(({ path, body }) => `${path} ${JSON.stringify(body)}`).join(),
        '/dlv_2/retry null,/dlv_2/discard {"reason":"Done by hand"}',
        "what was sent",
      );
      await close(page);
    },
  },
  {
    name: "refused writes are tried again together, only those with one error if wanted",
    run: async (browser, demo) => {
      const { page, sent } = await openDeliveries(browser, demo, "?system=salesforce");
      await page.getByRole("button", { name: "Retry refused writes" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Only with this error").selectOption("FIELD_CUSTOM_VALIDATION_EXCEPTION");
      await dialog.getByRole("button", { name: "Retry" }).click();
      await page.getByText("1 write is being tried again").waitFor();
      equal(
        JSON.stringify(sent[0].body),
        JSON.stringify({
          state: "dead_letter",
          system: "salesforce",
          error_code: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        }),
        "what was sent",
      );
      await close(page);
    },
  },
  {
    name: "an undo is rehearsed first, by keyboard alone: what goes, what is closed, what stays and why",
    run: async (browser, demo) => {
      const { page, sent } = await openDeliveries(browser, demo);
      await page.getByRole("button", { name: "Undo recent writes" }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Undo recent writes?" });
      await dialog.getByText("Would be deleted: 1").waitFor();
      await dialog.getByText("cannot be deleted: 1").waitFor();
      await dialog.getByText(UNDO.refused[0].reason).waitFor();
      check(
        sent.every(({ body }) => body.dry_run),
        "something was undone by looking",
      );
      await dialog.getByLabel("Written because of").selectOption("task_threshold");
      await dialog.getByText("Would be deleted: 1").waitFor();
      await dialog.getByRole("button", { name: "Undo 2 writes" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("2 writes are being undone, 1 cannot be").waitFor();
      const last = sent.at(-1);
      equal(last.body.rule, "task_threshold", "what is to be undone");
      equal(
        JSON.stringify(last.body),
        JSON.stringify({ ...sent.at(-2).body, dry_run: false }),
        "what was undone and what was rehearsed",
      );
      const minutes = (Date.parse(last.body.until) - Date.parse(last.body.since)) / 60_000;
      equal(minutes, 60, "minutes undone");
      await close(page);
    },
  },
  {
    name: "deliveries and dead letters lead to each other",
    run: async (browser, demo) => {
      const { page } = await openDeliveries(browser, demo);
      await page
        .getByRole("main")
        .getByRole("link", { name: /dead letter/i })
        .click();
      await page.getByRole("heading", { name: "Dead letters", exact: true }).waitFor();
      await page.getByRole("link", { name: "See all deliveries" }).click();
      await page.getByRole("heading", { name: "Deliveries", exact: true }).waitFor();
      await close(page);
    },
  },
];
