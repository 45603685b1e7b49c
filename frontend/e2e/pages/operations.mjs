// Connections and dead letters: what an admin looks at when something does not arrive.
import { DEAD_LETTERS } from "../deadLetters.mjs";
import { ask, check, close, equal, openAs, userOf } from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");

/** The page with dead letters on it; a healthy demo has none. What the page sends is collected. */
async function openDeadLetters(browser, demo) {
  const page = await openAs(browser, demo, admin(demo), { path: null });
  let letters = DEAD_LETTERS;
  const sent = [];
  await page.route("**/api/v1/dead-letters**", async (route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname.replace("/api/v1/dead-letters", "");
    if (request.method() === "GET") return route.fulfill({ json: { items: letters, next_cursor: null } });
    check(request.headers()["x-csrf-token"], "a write without the CSRF token");
    sent.push({ path, body: request.postDataJSON() });
    const retried = path === "/retry-all" ? letters.length : 1;
    letters = path === "/retry-all" ? [] : letters.filter(({ id }) => !path.startsWith(`/${id}/`));
    return path.endsWith("/discard")
      ? route.fulfill({ status: 204 })
      : route.fulfill({ status: 202, json: { retried } });
  });
  await page.goto(`${demo.base_url}/dead-letters`);
  await page.getByRole("article").first().waitFor();
  return { page, sent };
}

export const tests = [
  {
    name: "each connection shows its health, what waits, what failed and what was missed",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/connectors" });
      const { items } = await ask(page, demo, "/connections");
      const vendors = { slack: "Slack", salesforce: "Salesforce" };
      const words = { connected: "Healthy", degraded: "Having trouble", disconnected: "Disconnected" };
      for (const connection of items) {
        const card = page.getByRole("region", { name: vendors[connection.vendor], exact: true });
        await card.waitFor();
        const text = await card.innerText();
        check(
          text.includes(words[connection.status]) && text.includes(connection.external_id),
          `${connection.vendor}: ${text}`,
        );
        for (const gap of connection.gaps)
          check(text.includes(gap.reason), `a gap is missing: ${gap.reason}`);
        // A CRM sends no messages that could be missed.
        equal(
          await card.getByRole("heading", { name: "Gaps" }).count(),
          connection.vendor === "slack" ? 1 : 0,
          `gaps of ${connection.vendor}`,
        );
      }
      check(items.length > 0, "the demo has no connection");
      await close(page);
      return `${items.length} connections`;
    },
  },
  {
    name: "the dead letters page opens against the server",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/dead-letters" });
      await page.getByRole("heading", { name: "Dead letters", exact: true }).waitFor();
      await page.locator("article, [role=status] h2").first().waitFor();
      await close(page);
    },
  },
  {
    name: "a dead letter says why in plain words, what the vendor said and what to do, and can be retried",
    run: async (browser, demo) => {
      const { page, sent } = await openDeadLetters(browser, demo);
      const [letter] = DEAD_LETTERS;
      const card = page.getByRole("article", { name: letter.title });
      const text = await card.innerText();
      for (const part of [
        letter.reason,
        letter.vendor_code,
        letter.vendor_message,
        letter.what_to_do,
        "Salesforce said",
        "Tried 1 time",
      ]) {
        check(text.includes(part), `the card does not say “${part}”`);
      }
      await card.getByRole("button", { name: "Retry" }).click();
      await card.waitFor({ state: "detached" });
      equal(sent[0].path, `/${letter.id}/retry`, "what was sent");
      await close(page);
    },
  },
  {
    name: "discarding asks for a reason first",
    run: async (browser, demo) => {
      const { page, sent } = await openDeadLetters(browser, demo);
      const card = page.getByRole("article", { name: DEAD_LETTERS[1].title });
      await card.getByRole("button", { name: "Discard" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Discard" }).click();
      await dialog.getByText("Write a reason").waitFor();
      equal(sent.length, 0, "requests without a reason");
      await dialog.getByLabel("Reason").fill("The channel was deleted on purpose");
      await dialog.getByRole("button", { name: "Discard" }).click();
      await card.waitFor({ state: "detached" });
      equal(sent[0].body.reason, "The channel was deleted on purpose", "the reason sent");
      await close(page);
    },
  },
  {
    name: "all dead letters are retried after a question",
    run: async (browser, demo) => {
      const { page, sent } = await openDeadLetters(browser, demo);
      await page.getByRole("button", { name: "Retry all 2" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Retry all" }).click();
      await page.getByText("2 dead letters are being tried again").waitFor();
      await page.getByRole("heading", { name: "No dead letters" }).waitFor();
      equal(sent[0].path, "/retry-all", "what was sent");
      await close(page);
    },
  },
];
