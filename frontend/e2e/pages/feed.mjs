// The feed: sections, filters in the address, counts, live cards.
import {
  ask,
  cardIds,
  cards,
  check,
  close,
  equal,
  feedReady,
  focusedCard,
  openAs,
  postSlackMessage,
  userOf,
  waitForFocus,
} from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");
const _isGone = (page, id) => page.locator(`[data-signal-id="${id}"]`).waitFor({ state: "detached" });
const _isBack = (page, id) => page.locator(`[data-signal-id="${id}"]`).waitFor();

/** Words that name one kind plainly, so that a live message can be given a kind its account has no open signal of. */
const PLAIN = {
  expansion: "We need more seats: 40 more people join our team next month, can we upgrade our plan?",
  buying_intent:
    "Could you send us pricing for the enterprise plan? We have budget approved and want to sign this quarter.",
  churn: "We are evaluating alternatives and want to cancel our contract at the end of the term.",
  risk: "This is unacceptable, everything has been broken since Monday and we are very frustrated with your support.",
};

export const tests = [
  {
    name: "the feed shows what is urgent first and says who wrote what, where and how sure Momentum is",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo));
      await feedReady(page);
      await page.getByRole("heading", { name: "High priority, last 24 hours" }).waitFor();
      await page.getByRole("heading", { name: "Last 7 days" }).waitFor();
      const { items } = await ask(
        page,
        demo,
        `/signals?limit=5&since=${new Date(Date.now() - 7 * 86_400_000).toISOString()}`,
      );
      const signal = items.find(({ account }) => account) ?? items[0];
      const card = page.locator(`[data-signal-id="${signal.id}"]`).first();
      const label = await card.getAttribute("aria-label");
      check(
        label.includes(signal.account?.name ?? "Unknown account") &&
          label.includes(`‘${signal.quote}’ ${signal.confidence} %`),
        `the card is called ${label}`,
      );
      const text = await card.innerText();
      for (const part of [
        "Posted",
        signal.author.name,
        `#${signal.channel.name.replace(/^#/, "")}`,
        `${signal.confidence} %`,
        signal.recommendation.label,
      ]) {
        check(text.includes(part), `the card does not say “${part}”: ${text}`);
      }
      await card.getByRole("button", { name: /^Why/ }).click();
      await card.getByText(signal.evidence[0].reason).first().waitFor();
      await close(page);
    },
  },
  {
    name: "filters live in the address, survive a reload and the back button, and their counts are the server's",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/?period=all" });
      await feedReady(page);
      const counts = await ask(page, demo, "/signals/counts");
      const most = counts.by_kind.toSorted((a, b) => b.count - a.count)[0];
      const labels = {
        expansion: "Expansion",
        risk: "Risk",
        buying_intent: "Buying intent",
        usage: "Usage",
        relationship: "Relationship",
        churn: "Churn",
      };
      const chip = page.getByRole("button", { name: new RegExp(`^${labels[most.kind]}\\s*[\\d,]+$`) });
      const shown = Number((await chip.innerText()).replace(/\D/g, ""));
      equal(shown, most.count, `the count of ${most.kind}`);
      await chip.click();
      await page.waitForURL((url) => url.searchParams.get("kind") === most.kind);
      await page
        .getByText(new RegExp(`^${most.count.toLocaleString("en")} signals?$`))
        .first()
        .waitFor();

      const account = counts.by_account.find((entry) => entry.account)?.account;
      await page.getByRole("button", { name: "Account", exact: true }).click();
      await page.getByRole("dialog").getByText(account.name, { exact: true }).click();
      await page.waitForURL((url) => url.searchParams.get("account") === account.id);
      await page.getByRole("button", { name: "Confidence", exact: true }).click();
      await page.getByRole("button", { name: "50 % and above" }).click();
      await page.waitForURL((url) => url.searchParams.get("confidence") === "50");
      await page.reload();
      await page.getByRole("button", { name: `Account: ${account.name}` }).waitFor();
      await page.goBack();
      await page.waitForURL(
        (url) => !url.searchParams.has("confidence") && url.searchParams.get("account") === account.id,
      );
      await page.getByRole("button", { name: "Clear all filters" }).first().click();
      await page.waitForURL((url) => url.search === "?period=all");
      await close(page);
    },
  },
  {
    name: "an old link with an unknown filter still opens",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), {
        path: "/?kind=unicorn&sentiment=bored&period=all",
      });
      await feedReady(page);
      await close(page);
    },
  },
  {
    name: "scrolling far holds few rows in the document and numbers them",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), {
        path: "/?period=all&status=open,handled,snoozed,dismissed",
      });
      await feedReady(page);
      const { total } = await ask(page, demo, "/signals/counts?status=open,handled,snoozed,dismissed");
      const target = Math.min(total - 10, 700);
      const reached = () =>
        page.evaluate(() =>
          Math.max(
            ...[...document.querySelectorAll("section:last-of-type [aria-posinset]")].map((card) =>
              Number(card.getAttribute("aria-posinset")),
            ),
          ),
        );
      for (let at = await reached(); at < target; at = await reached()) {
        await page.mouse.wheel(0, 4000);
        await page.waitForFunction(
          (last) =>
            Math.max(
              0,
              ...[...document.querySelectorAll("section:last-of-type [aria-posinset]")].map((card) =>
                Number(card.getAttribute("aria-posinset")),
              ),
            ) > last,
          at,
        );
        check((await cards(page).count()) <= 60, `${await cards(page).count()} cards are in the document`);
      }
      await page.evaluate(() => window.scrollTo({ top: 0 }));
      await page.locator('section:last-of-type [aria-posinset="1"]').waitFor();
      await close(page);
      return `${target} of ${total} rows`;
    },
  },
  {
    name: "a signed Slack event is a card on the open page within two seconds, without moving what is read",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/?period=all" });
      await feedReady(page);
      const { channel, kind, known } = await quietPlace(page, demo);
      const top = (await cardIds(page))[0];
      await page.evaluate(() => {
        window.pillAt = new Promise((resolve) => {
          const look = () =>
            [...document.querySelectorAll("button")].some((button) =>
              /^Show \d+ new$/.test(button.innerText),
            ) && resolve(Date.now());
          new MutationObserver(look).observe(document.body, {
            subtree: true,
            childList: true,
            characterData: true,
          });
        });
      });
      const started = Date.now();
      await postSlackMessage(page, demo, { channel, user: "U0E2ECUSTOMER", text: PLAIN[kind] });
      const shown = (await page.evaluate(() => window.pillAt)) - started;
      check(shown <= 2_000, `the card was announced after ${shown} ms`);
      equal((await cardIds(page))[0], top, "the first card before “Show new” was pressed");
      await page.keyboard.press("n");
      const fresh = await waitForFocus(page);
      check(!known.has(fresh), "the focus is not on the new card");
      check((await focusedCard(page)) === fresh, "the focus did not stay");
      await close(page);
      return `${shown} ms`;
    },
  },
  {
    name: "a lost stream is said, and what was missed is there when it is back",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/?period=all" });
      await feedReady(page);
      await page.context().setOffline(true);
      await page.getByText("You are offline").waitFor();
      await page.context().setOffline(false);
      await page.getByText("You are offline").waitFor({ state: "detached" });
      await close(page);
    },
  },
  {
    name: "what is opened without a network comes when it is back, and the page stays",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/?period=all" });
      await feedReady(page);
      await page.context().setOffline(true);
      await page.getByText("You are offline").waitFor();
      await page.keyboard.press("?");
      await cards(page).first().waitFor();
      await page.context().setOffline(false);
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await close(page);
    },
  },
  {
    name: "my signals are those of my accounts",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, userOf(demo, "rep"), { path: "/mine?period=all" });
      await page.getByRole("heading", { name: "My signals" }).waitFor();
      await page.locator("article, main h2").first().waitFor();
      const me = await ask(page, demo, "/me");
      const { items } = await ask(page, demo, "/accounts?limit=100");
      const mine = new Set(items.filter(({ owner }) => owner?.id === me.member.id).map(({ name }) => name));
      const names = await cards(page).evaluateAll((all) =>
        all.map((card) => card.getAttribute("aria-label")),
      );
      for (const label of names) {
        check(
          [...mine].some((name) => label.includes(name)),
          `not an account of ${me.user.name}: ${label}`,
        );
      }
      await close(page);
      return `${names.length} cards`;
    },
  },
];

/** A mapped channel and a kind that its account has no open signal of: a message there opens a new one instead of joining. */
async function quietPlace(page, demo) {
  const open = [];
  for (let cursor = ""; ; ) {
    const { items, next_cursor } = await ask(
      page,
      demo,
      `/signals?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    open.push(...items);
    if (!next_cursor || open.length >= 1_000) break;
    cursor = next_cursor;
  }
  const taken = new Set(open.map(({ account, kind }) => `${account?.id} ${kind}`));
  const places = open.filter(({ account, channel }) => account && channel.is_external);
  const known = new Set(open.map(({ id }) => id));
  for (const { account, channel } of places) {
    const kind = Object.keys(PLAIN).find((candidate) => !taken.has(`${account.id} ${candidate}`));
    if (kind) return { channel: channel.slack_channel_id, kind, known };
  }
  check(places[0], "the demo has no mapped customer channel with a signal");
  return { channel: places[0].channel.slack_channel_id, kind: "expansion", known };
}
