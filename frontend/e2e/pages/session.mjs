// Signing in, signing up, signing out, and the first value from a Slack export.
import { cards, check, close, equal, feedReady, openAs, openFresh, userOf } from "../support.mjs";
import { slackExportZip } from "../zip.mjs";

const pathOf = (page) => new URL(page.url()).pathname + new URL(page.url()).search;

async function signIn(page, { email, password }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

export const tests = [
  {
    name: "signing in leads back to the page that was asked for",
    run: async (browser, demo) => {
      const page = await openFresh(browser);
      await page.goto(`${demo.base_url}/accounts?status=at_risk`);
      await page.getByRole("heading", { name: "Sign in to Momentum" }).waitFor();
      await signIn(page, { email: userOf(demo, "admin", "owner").email, password: "certainly wrong" });
      await page.getByText("do not belong together").waitFor();
      await signIn(page, userOf(demo, "admin", "owner"));
      await page.getByRole("heading", { name: "Accounts" }).waitFor();
      equal(pathOf(page), "/accounts?status=at_risk", "the address after signing in");
      await close(page);
    },
  },
  {
    name: "sign-in never leads to another site",
    run: async (browser, demo) => {
      const page = await openFresh(browser);
      await page.goto(`${demo.base_url}/login?next=//example.com/`);
      await signIn(page, userOf(demo, "admin", "owner"));
      await feedReady(page);
      equal(new URL(page.url()).origin, new URL(demo.base_url).origin, "the site after signing in");
      await close(page);
    },
  },
  {
    name: "signing out ends the session",
    run: async (browser, demo) => {
      const page = await openFresh(browser);
      await page.goto(`${demo.base_url}/login`);
      await signIn(page, userOf(demo, "admin", "owner"));
      await feedReady(page);
      await page.getByRole("button", { name: /^Your account/ }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await page.waitForURL("**/login");
      await page.goto(`${demo.base_url}/`);
      await page.getByRole("heading", { name: "Sign in to Momentum" }).waitFor();
      await close(page);
    },
  },
  {
    name: "the colour scheme can be chosen and stays",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, userOf(demo, "admin", "owner"), { path: "/accounts" });
      await page.getByRole("button", { name: /^Your account/ }).click();
      await page.getByRole("menuitemradio", { name: "Dark" }).click();
      const scheme = () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
      equal(await scheme(), "dark", "the scheme chosen");
      await page.reload({ waitUntil: "commit" });
      await page.waitForFunction(() => document.documentElement.dataset.mantineColorScheme);
      equal(await scheme(), "dark", "the scheme before the page has drawn anything");
      await close(page);
    },
  },
  {
    name: "a new company signs up, imports its Slack export and sees its first signal",
    run: async (browser, demo) => {
      const page = await openFresh(browser);
      await page.goto(`${demo.base_url}/signup`);
      await page.getByRole("button", { name: "Create account" }).click();
      await page.getByText("Enter your company’s name").waitFor();
      await page.getByLabel("Company").fill("Fabrikam");
      await page.getByLabel("Your name").fill("Robin Roe");
      await page.getByLabel("E-mail").fill(`robin+${Date.now()}@fabrikam.example`);
      await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
      await page.getByRole("button", { name: "Create account" }).click();
      await page.getByRole("heading", { name: "Connections", exact: true }).waitFor();

      const chooser = page.locator("input[type=file]");
      await chooser.setInputFiles({ name: "holiday.jpg", mimeType: "image/jpeg", buffer: Buffer.from("x") });
      await page.getByText("“holiday.jpg” is not a ZIP file").waitFor();
      await chooser.setInputFiles({
        name: "fabrikam.zip",
        mimeType: "application/zip",
        buffer: slackExportZip(new Date()),
      });
      const row = page.getByRole("listitem").filter({ hasText: "fabrikam.zip" });
      await row.getByText("Done").waitFor({ timeout: 60_000 });
      await row.getByRole("link", { name: "See them in the feed" }).click();
      await feedReady(page);
      check((await cards(page).count()) > 0, "the import made no signal");
      await close(page);
    },
  },
];
