// One open signal: the quote in its message, the evidence, the conversation, and every action from there.
import { ask, check, close, equal, feedReady, openAs, userOf } from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");

async function openOne(browser, demo, pick = ({ account, status }) => account && status === "open") {
  const page = await openAs(browser, demo, admin(demo), { path: null });
  const { items } = await ask(page, demo, "/signals?limit=100");
  const signal = items.find(pick);
  check(signal, "the demo has no signal like that");
  await page.goto(`${demo.base_url}/signals/${signal.id}`);
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("heading", { name: "Why Momentum thinks so" }).waitFor();
  return { page, drawer, signal };
}

export const tests = [
  {
    name: "an open signal shows the quote in its message, each reason, the conversation and the next step",
    run: async (browser, demo) => {
      const { page, drawer, signal } = await openOne(browser, demo);
      const detail = await ask(page, demo, `/signals/${signal.id}`);
      const marked = (await drawer.locator("mark").first().innerText()).replace(/\s+/g, " ").toLowerCase();
      check(
        detail.quote.toLowerCase().includes(marked),
        `marked “${marked}”, the quote is “${detail.quote}”`,
      );
      const text = await drawer.innerText();
      for (const { reason } of detail.evidence)
        check(text.includes(reason), `a reason is missing: ${reason}`);
      check(
        text.includes(detail.recommendation.label) && text.includes(detail.recommendation.reason),
        "the recommendation is missing",
      );
      if (detail.context.before.length > 2) {
        await drawer.getByRole("button", { name: /earlier message/ }).click();
        check(
          (await drawer.innerText()).includes(detail.context.before[0].author.name),
          "the earliest message is missing",
        );
      }
      await close(page);
    },
  },
  {
    name: "handle, undo, confirm and a note work from the open signal",
    run: async (browser, demo) => {
      const { page, drawer } = await openOne(
        browser,
        demo,
        ({ account, status, confirmed }) => account && status === "open" && confirmed !== true,
      );
      await drawer.getByRole("button", { name: "I’m handling this" }).click();
      await drawer.getByText("Handled by you").waitFor();
      const [undone] = await Promise.all([
        page.waitForResponse(
          (answer) => answer.url().endsWith("/actions") && answer.request().postDataJSON().action === "undo",
        ),
        page.getByRole("button", { name: "Undo" }).click(),
      ]);
      check(undone.ok(), "undo was refused");
      await drawer.getByRole("button", { name: "I’m handling this" }).waitFor();
      await drawer.getByRole("button", { name: "Note" }).click();
      const note = `Called them at ${new Date().toISOString()}`;
      await drawer.getByLabel("Note for your colleagues").fill(note);
      await drawer.getByRole("button", { name: "Save note" }).click();
      await drawer.getByText(note).waitFor();
      await close(page);
    },
  },
  {
    name: "closing an open signal leads back to the same list",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/?period=all&confidence=60" });
      await feedReady(page);
      await page.locator("[data-open]").first().click();
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      equal(page.url(), `${demo.base_url}/?period=all&confidence=60`, "the address after closing");
      await feedReady(page);
      await close(page);
    },
  },
  {
    name: "a signal of somebody else or of nobody says that it is not here",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), {
        path: "/signals/sig_00000000000000000000000000000000",
      });
      await page.getByRole("heading", { name: "This signal is not here" }).waitFor();
      await close(page);
    },
  },
  {
    name: "a viewer reads and cannot act",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, userOf(demo, "viewer"), { path: "/?period=all" });
      await feedReady(page);
      equal(await page.getByRole("button", { name: "I’m handling this" }).count(), 0, "buttons to act");
      await page.locator("[data-open]").first().click();
      await page.getByText("You can read this but not change it").waitFor();
      await close(page);
    },
  },
];
