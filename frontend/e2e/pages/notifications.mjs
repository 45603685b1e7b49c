// What somebody is told and when, and the link that ends the e-mails.
import { ask, check, close, equal, openAs, openFresh, userOf } from "../support.mjs";

const PATH = "/settings/notifications";

export const tests = [
  {
    name: "a rep changes their quiet hours and has them back after a reload",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, userOf(demo, "rep", "csm"), { path: PATH });
      const before = await ask(page, demo, "/notification-preferences");
      const quiet = page.getByRole("switch", { name: "Keep quiet at night" });
      const toggle = async () => {
        await quiet.click();
        await page.getByRole("button", { name: "Save changes" }).click();
        await page.getByText("Saved", { exact: true }).first().waitFor();
      };
      await toggle();
      await page.reload();
      await quiet.waitFor();
      equal(await quiet.isChecked(), !before.quiet_hours.enabled, "quiet hours after a reload");
      await toggle();
      await close(page);
    },
  },
  {
    name: "the digest is shown as it would come, within the page's own policy",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, userOf(demo, "rep", "csm"), { path: PATH });
      const frame = page.frameLocator("iframe");
      await frame.getByRole("heading").first().waitFor();
      equal(await page.locator("iframe").getAttribute("sandbox"), "", "the frame's sandbox");
      await page.getByText("As plain text").click();
      check((await page.locator("pre").innerText()).trim() !== "", "the text part is empty");
      await close(page);
    },
  },
  {
    name: "what was sent and held opens, and the company's rules are for admins only",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, userOf(demo, "admin", "owner"), { path: `${PATH}?view=sent` });
      await page.locator("main li, [role=status] h2").first().waitFor();
      await page.getByRole("link", { name: "Company rules" }).click();
      await page.getByRole("heading", { name: "Team channel" }).waitFor();
      await close(page);
      const rep = await openAs(browser, demo, userOf(demo, "rep", "csm"), { path: `${PATH}?view=rules` });
      await rep.getByRole("heading", { name: "Timezone" }).waitFor();
      equal(await rep.getByRole("link", { name: "Company rules" }).count(), 0, "links to the rules");
      await close(rep);
    },
  },
  {
    name: "a broken unsubscribe link says so without anybody signing in",
    run: async (browser, demo) => {
      const page = await openFresh(browser);
      await page.goto(`${demo.base_url}/unsubscribe/not-a-token`);
      await page.getByRole("button", { name: "Stop the e-mails" }).click();
      await page.getByRole("heading", { name: "This link does not work any more" }).waitFor();
      await close(page);
    },
  },
];
