// The accounts table: what it says, how it is searched and sorted, and where it leads.
import { ask, check, close, equal, feedReady, openAs, userOf } from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");
const names = (page) => page.locator("tbody th a").allInnerTexts();

export const tests = [
  {
    name: "each account shows owner, status in words, last signal, days ago and both counts",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/accounts?sort=name" });
      await page.getByRole("table").waitFor();
      const { items } = await ask(page, demo, "/accounts?sort=name&limit=50");
      equal((await names(page)).join(), items.map(({ name }) => name).join(), "the accounts by name");
      const words = { active: "Active", quiet: "Quiet", at_risk: "At risk" };
      const rows = page.locator("tbody tr");
      for (const [index, account] of items.entries()) {
        const cells = await rows.nth(index).locator("td").allInnerTexts();
        check(
          cells[1].includes(words[account.status]),
          `${account.name} is shown as ${cells[1]}, it is ${account.status}`,
        );
        const days = account.last_signal_at
          ? String(Math.floor((Date.now() - Date.parse(account.last_signal_at)) / 86_400_000))
          : "–";
        equal(cells[3], days, `days since the last signal of ${account.name}`);
        equal(cells[4].replace(",", ""), String(account.signals_7d), `signals of 7 days of ${account.name}`);
        equal(cells[5].replace(",", ""), String(account.open_signals), `open signals of ${account.name}`);
      }
      await close(page);
      return `${items.length} accounts`;
    },
  },
  {
    name: "search, status and order are in the address, and a row leads to the account's signals",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/accounts" });
      await page.getByRole("table").waitFor();
      await page.getByRole("button", { name: "Signals (7 days)" }).click();
      await page.waitForURL((url) => url.searchParams.get("sort") === "signals_7d");
      const { items } = await ask(page, demo, "/accounts?sort=signals_7d&limit=50");
      const busiest = items[0];
      await page.getByLabel("Search accounts").fill(busiest.name);
      await page.waitForURL((url) => url.searchParams.get("q") === busiest.name);
      await page.waitForFunction(
        (name) =>
          [...document.querySelectorAll("tbody th a")].every((link) => link.textContent.includes(name)),
        busiest.name,
      );
      await page.getByRole("link", { name: `Signals of ${busiest.name}` }).click();
      await page.waitForURL((url) => url.pathname === "/" && url.searchParams.get("account") === busiest.id);
      if (busiest.open_signals > 0 && busiest.signals_7d > 0) await feedReady(page);
      await page.getByRole("button", { name: `Account: ${busiest.name}` }).waitFor();
      await close(page);
    },
  },
  {
    name: "an admin gives an account another owner and back",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/accounts?sort=name" });
      await page.getByRole("table").waitFor();
      const { items } = await ask(page, demo, "/accounts?sort=name&limit=50");
      const { items: members } = await ask(page, demo, "/members");
      const [account] = items;
      const other = members.find(({ id, is_active }) => is_active && id !== account.owner?.id);
      const select = page.getByLabel(`Owner of ${account.name}`);
      const assign = async (id) => {
        const [saved] = await Promise.all([
          page.waitForResponse((answer) => answer.request().method() === "PATCH"),
          select.selectOption(id),
        ]);
        check(saved.ok(), "the change was refused");
      };
      await assign(other.id);
      await page.getByText(`${other.name} now owns ${account.name}`).waitFor();
      equal(
        (await ask(page, demo, `/accounts/${account.id}`)).owner?.id,
        other.id,
        "the owner on the server",
      );
      await page.waitForFunction(
        (label) => !document.querySelector(`[aria-label="${label}"]`).disabled,
        `Owner of ${account.name}`,
      );
      await assign(account.owner?.id ?? "");
      await close(page);
    },
  },
];
