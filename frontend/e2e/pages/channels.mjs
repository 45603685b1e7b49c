// Whose a channel is: the table, the inbox of those without an account, the import, and taking it back.
import { ask, check, close, equal, openAs, userOf } from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");

export const tests = [
  {
    name: "each channel shows its name and its account, and filters are in the address",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/channels" });
      await page.getByRole("table").waitFor();
      const { items } = await ask(page, demo, "/channels?limit=50");
      check(items.length > 0, "the demo has no channel");
      const rows = page.locator("tbody tr");
      for (const [index, channel] of items.entries()) {
        const text = await rows.nth(index).innerText();
        check(text.includes(`#${channel.name}`), `row ${index} is not #${channel.name}: ${text}`);
        if (channel.account)
          check(text.includes(channel.account.name), `#${channel.name} hides ${channel.account.name}`);
      }
      await page.getByLabel("Search channels").fill(items[0].name);
      await page.waitForURL((url) => url.searchParams.get("q") === items[0].name);
      await page.getByText("Without account", { exact: true }).click();
      await page.waitForURL((url) => url.searchParams.get("mapped") === "no");
      await close(page);
      return `${items.length} channels`;
    },
  },
  {
    name: "an admin gives two channels an account at once and takes it back",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/channels" });
      await page.getByRole("table").waitFor();
      const before = (await ask(page, demo, "/channels?limit=50")).items;
      const two = before.filter(({ account }) => account).slice(0, 2);
      equal(two.length, 2, "channels with an account in the demo");
      for (const { name } of two) await page.getByLabel(`Choose #${name}`, { exact: true }).check();
      await page.getByRole("button", { name: "Choose their account" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("option").first().click();
      await page.getByText("2 channels got an account").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText(/as (it was|they were)/).waitFor();
      const after = (await ask(page, demo, "/channels?limit=50")).items;
      for (const { id, name, account } of two) {
        equal(after.find((one) => one.id === id).account?.id, account.id, `the account of #${name}`);
      }
      await close(page);
    },
  },
  {
    name: "the inbox offers the channels with the most waiting signals first",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/channels/unmapped" });
      const { items } = await ask(page, demo, "/channels/unmapped?limit=50");
      await page.locator("article, [role=status] h2").first().waitFor();
      const names = await page.locator("article h2").allInnerTexts();
      equal(names.join(), items.map(({ channel }) => `#${channel.name}`).join(), "the inbox");
      if (items.length > 0) {
        await page.keyboard.press("j");
        await page.waitForFunction(() => document.activeElement?.dataset.channelId);
        await page.keyboard.press("m");
        await page.getByRole("dialog").waitFor();
      }
      await close(page);
      return `${items.length} channels`;
    },
  },
  {
    name: "of two channels put aside at once, the one that the server refuses comes back and says why",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: null });
      const held = [];
      await page.route("**/api/v1/channels/*", (route) =>
        route.request().method() === "PATCH" ? void held.push(route) : route.fallback(),
      );
      await page.goto(`${demo.base_url}/channels/unmapped`);
      const notCustomer = page.getByRole("button", { name: "Not a customer channel" });
      await notCustomer.first().waitFor();
      const [first, second] = await page.locator("article h2").allInnerTexts();
      const card = (name) => page.getByRole("heading", { name, exact: true });
      for (const name of [first, second]) {
        const asked = page.waitForRequest((request) => request.method() === "PATCH");
        await notCustomer.first().click();
        await asked;
        await card(name).waitFor({ state: "detached" });
      }
      const [refused, taken] = held;
      await taken.fulfill({ json: { name: second } });
      await page.getByText(`${second} is not watched any more`).waitFor();
      await refused.fulfill({
        status: 409,
        contentType: "application/problem+json",
        json: { title: "Conflict", status: 409, detail: "Somebody changed this channel.", code: "conflict" },
      });
      await page.getByText(`${first} could not be changed`).waitFor();
      await card(first).waitFor();
      equal(await card(second).count(), 0, "the channel that was put aside");
      await close(page);
    },
  },
  {
    name: "an import shows each line's outcome before anything is written",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/channels/import" });
      const { items } = await ask(page, demo, "/channels?mapped=true&limit=1");
      const [{ name, account }] = items;
      await page
        .getByLabel("Or paste the list")
        .fill(`channel,account\n${name},${account.name}\nno-such-channel,${account.name}\n`);
      await page.getByRole("button", { name: "Check the list" }).click();
      const rows = page.locator("tbody tr");
      await rows.first().waitFor();
      check((await rows.nth(0).innerText()).includes("Stays as it is"), "the mapped channel is not the same");
      check((await rows.nth(1).innerText()).includes("Error"), "the unknown channel is no error");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download the errors" }).click(),
      ]);
      equal(download.suggestedFilename(), "channels-errors.csv", "the file of errors");
      check(
        await page.getByRole("button", { name: "Import 0 lines" }).isDisabled(),
        "nothing can be imported",
      );
      await close(page);
    },
  },
];
