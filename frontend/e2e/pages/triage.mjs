// Triage: by keyboard alone, with undo and roll-back, and never a task before the server says so.
import { ask, cardIds, check, close, equal, feedReady, openAs, userOf, waitForFocus } from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");
const isGone = (page, id) => page.locator(`[data-signal-id="${id}"]`).waitFor({ state: "detached" });
const isBack = (page, id) => page.locator(`[data-signal-id="${id}"]`).waitFor();

export const tests = [
  {
    name: "a whole triage run needs only the keyboard, and the focus is never lost",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/?period=all" });
      await feedReady(page);
      await page.keyboard.press("j");
      const first = await waitForFocus(page);
      await page.keyboard.press("j");
      const second = await waitForFocus(page, first);
      await page.keyboard.press("k");
      equal(await waitForFocus(page, second), first, "k after j");

      await page.keyboard.press("e");
      await isGone(page, first);
      equal(await waitForFocus(page, first), second, "the focus after its row went");
      await page.getByText("You are handling it").first().waitFor();
      await page.keyboard.press("z");
      await isBack(page, first);
      equal(await waitForFocus(page, second), first, "the focus after undo");

      await page.keyboard.press("s");
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /In 3 hours/ })
        .waitFor();
      await page.keyboard.press("Enter");
      await isGone(page, first);
      await page.keyboard.press("z");
      await isBack(page, first);
      await waitForFocus(page, second);

      await page.keyboard.press("x");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      equal(await waitForFocus(page), first, "the focus after a closed dialog");
      await page.keyboard.press("x");
      await page.getByRole("dialog").getByRole("button", { name: "Not a signal at all" }).waitFor();
      await page.keyboard.press("Enter");
      await isGone(page, first);
      await page.keyboard.press("z");
      await isBack(page, first);

      await waitForFocus(page, second);
      await page.keyboard.press("o");
      await page.getByRole("dialog").waitFor();
      check(page.url().includes(`/signals/${first}`), `o opened ${page.url()}`);
      await page.keyboard.press("j");
      await page.waitForURL((url) => url.pathname === `/signals/${second}`);
      await page.keyboard.press("Escape");
      await page.waitForURL((url) => url.pathname === "/");
      equal(await waitForFocus(page), second, "the focus after the signal was closed");

      await page.keyboard.press("/");
      equal(
        await page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
        "Search the feed",
        "/ leads to",
      );
      await page.keyboard.type("jjee");
      await page.keyboard.press("Escape");
      await page.keyboard.press("g");
      await page.keyboard.press("a");
      await page.waitForURL((url) => url.pathname === "/accounts");
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").getByRole("combobox").waitFor();
      await page.keyboard.type("connec");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === "/connectors");
      await close(page);
    },
  },
  {
    name: "shortcuts can be switched off, and Ctrl+K stays",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/?period=all" });
      await feedReady(page);
      const toggle = async (expected) => {
        const [saved] = await Promise.all([
          page.waitForResponse(
            (answer) => answer.url().endsWith("/me") && answer.request().method() === "PATCH",
          ),
          page.getByRole("dialog").getByRole("switch").press("Space"),
        ]);
        equal((await saved.json()).preferences.keyboard_shortcuts, expected, "the saved setting");
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      };
      await page.keyboard.press("?");
      await toggle(false);
      await page.keyboard.press("j");
      await page.keyboard.press("?");
      equal(await page.getByRole("dialog").count(), 0, "dialogs after ? while switched off");
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Your account/ }).click();
      await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).click();
      await page.getByRole("dialog").waitFor();
      await toggle(true);
      await page.keyboard.press("j");
      await waitForFocus(page);
      await close(page);
    },
  },
  {
    name: "what the server refuses comes back where it was, and says so",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/?period=all" });
      await feedReady(page);
      await page.route("**/actions", (route) =>
        route.fulfill({
          status: 409,
          contentType: "application/problem+json",
          body: JSON.stringify({
            status: 409,
            title: "Conflict",
            code: "conflict",
            detail: "Somebody else closed it first.",
          }),
        }),
      );
      const before = await cardIds(page);
      await page.keyboard.press("j");
      const id = await waitForFocus(page);
      await page.keyboard.press("e");
      await page.getByText("could not be marked as handled").waitFor();
      await page.getByText("Somebody else closed it first. It is back as it was.").waitFor();
      await isBack(page, id);
      equal((await cardIds(page)).slice(0, 3).join(), before.slice(0, 3).join(), "the order of the rows");
      await close(page);
    },
  },
  {
    name: "a CRM task is never claimed before the server answers",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: null });
      const asNone = (signal) => ({ ...signal, delivery_state: "none", crm_records: [] });
      await page.route(/\/api\/v1\/signals\?/, async (route) => {
        const answer = await route.fetch();
        const body = await answer.json();
        await route.fulfill({ response: answer, json: { ...body, items: body.items.map(asNone) } });
      });
      let answerNow = () => {};
      const held = new Promise((resolve) => {
        answerNow = resolve;
      });
      await page.route("**/actions", async (route) => {
        equal(route.request().postDataJSON().action, "create_task", "the action sent");
        await held;
        const id = route.request().url().split("/").at(-2);
        const signal = await ask(page, demo, `/signals/${id}`);
        await route.fulfill({ json: { ...signal, delivery_state: "pending", crm_records: [] } });
      });
      await page.goto(`${demo.base_url}/?period=all`);
      await feedReady(page);
      await page.keyboard.press("j");
      const id = await waitForFocus(page);
      const card = page.locator(`[data-signal-id="${id}"]`).first();
      await card.getByText("Not in the CRM").waitFor();
      await page.keyboard.press("c");
      await card.getByText("Creating…").waitFor();
      equal(await card.getByText("On its way to the CRM").count(), 0, "claims before the answer");
      answerNow();
      await card.getByText("On its way to the CRM").waitFor();
      await close(page);
    },
  },
];
