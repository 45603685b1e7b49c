// A company's first hour, against the simulated vendors: from signing up to a won opportunity, with either CRM.
import { ask, cards, check, close, equal, openFresh } from "../support.mjs";

/** The Slack workspace of the simulator that nobody has connected yet, and two of its people. */
const WORKSPACE = "Fabrikam";
const TEAM = "T0FABRIKAM";
const ADMIN = { name: "Ada Lindqvist", email: "ada@fabrikam.example", slack: "U0FABADA001" };

/** Customers whose channel's name says who they are. */
const CUSTOMERS = {
  "Harborline Health": "customer-harborline-health",
  "Kestrel Robotics": "customer-kestrel-robotics",
  "Sunridge Energy": "customer-sunridge-energy",
  "Pinnacle Insurance": "customer-pinnacle-insurance",
  "Vantage Media": "vantage-media-customer",
};

/** How each CRM's records are named, read and changed in the simulator. */
const CRMS = {
  Salesforce: {
    allow: "Allow",
    tasks: ({ salesforce }) =>
      (salesforce.records.Task ?? []).map((task) => ({ subject: task.Subject, account: task.WhatId })),
    accounts: ({ salesforce }) =>
      (salesforce.records.Account ?? []).map((row) => ({ id: row.Id, name: row.Name })),
    opportunities: ({ salesforce }) =>
      (salesforce.records.Opportunity ?? []).map((row) => ({
        id: row.Id,
        name: row.Name,
        account: row.AccountId,
      })),
    won: (id) => ({
      path: `/control/salesforce/records/Opportunity/${id}`,
      body: { StageName: "Closed Won", IsClosed: true, IsWon: true },
    }),
  },
  HubSpot: {
    allow: "Connect app",
    tasks: ({ hubspot }) =>
      hubspot.records.tasks.map((task) => ({
        subject: task.properties.hs_task_subject,
        account: companyOf(task),
      })),
    accounts: ({ hubspot }) =>
      hubspot.records.companies.map((row) => ({ id: row.id, name: row.properties.name })),
    opportunities: ({ hubspot }) =>
      hubspot.records.deals.map((row) => ({
        id: row.id,
        name: row.properties.dealname,
        account: companyOf(row),
      })),
    won: (id) => ({ path: `/control/hubspot/records/deals/${id}`, body: { dealstage: "closedwon" } }),
  },
};

const companyOf = (row) => row.companies[0];

/** Asks again until `look` finds something; each answer is awaited, so this is no busier than the server. */
async function until(what, look, most = 400) {
  for (let round = 0; round < most; round += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}

async function simulated(page, demo, path, body) {
  const { request } = page.context();
  const answer = body
    ? await request.post(demo.sim_url + path, { data: body })
    : await request.get(demo.sim_url + path);
  check(answer.ok(), `the simulator answered ${answer.status()} to ${path}: ${await answer.text()}`);
  return answer.json();
}

const card = (page, name) => page.getByRole("region", { name, exact: true });

async function signUp(page, demo) {
  await page.goto(`${demo.base_url}/signup`);
  await page.getByLabel("Company").fill(WORKSPACE);
  await page.getByLabel("Your name").fill(ADMIN.name);
  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Connections", exact: true }).waitFor();
}

async function connectSlack(page, demo) {
  await page.goto(`${demo.base_url}/connectors`);
  await card(page, "Slack").getByRole("link", { name: "Connect Slack" }).click();
  await page.getByLabel("Slack workspace").selectOption({ label: WORKSPACE });
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL(`${demo.base_url}/connectors**`);
  await card(page, "Slack").getByText("Healthy").waitFor();
}

async function connectCrm(page, demo, name) {
  await page.goto(`${demo.base_url}/connectors`);
  if (name === "Salesforce") {
    await card(page, name).getByRole("button", { name: "Connect Salesforce" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "Go to Salesforce" }).click();
  } else {
    await card(page, name)
      .getByRole("link", { name: `Connect ${name}` })
      .click();
  }
  await page.getByRole("button", { name: CRMS[name].allow }).click();
  await page.waitForURL(`${demo.base_url}/connectors**`);
  await card(page, name).getByText("Healthy").waitFor();
}

/** Twelve customer channels: nine find their account by themselves, a person answers for the other three. */
async function mapChannels(page, demo) {
  const mapped = async () =>
    (await ask(page, demo, "/channels?mapped=true&class=customer&limit=100")).items.length;
  await until("nine mapped channels", async () => (await mapped()) >= 9);
  equal(await mapped(), 9, "channels that find their account by themselves");
  await page.goto(`${demo.base_url}/channels/unmapped`);
  const open = page.locator("article[data-channel-id]");
  await open.first().waitFor();
  equal(await open.count(), 3, "channels that ask for a person");
  for (let left = 3; left > 0; left -= 1) {
    await open.first().getByRole("listitem").first().getByRole("button").click();
    await page.waitForFunction(
      (wanted) => document.querySelectorAll("article[data-channel-id]").length === wanted,
      left - 1,
    );
  }
  await page.getByText("Every channel has an account").waitFor();
  await until("twelve mapped channels", async () => (await mapped()) === 12);
}

/** A customer writes in Slack. */
async function say(page, demo, channelName, text) {
  const { slack } = await simulated(page, demo, "/control/state");
  const channel = slack.channels.find(({ name, _team }) => _team === TEAM && name === channelName);
  const guest = channel.members.find((id) => id.startsWith("U0FABG"));
  await simulated(page, demo, "/control/slack/messages?wait=true", {
    team: TEAM,
    channel: channel.id,
    user: guest,
    text,
  });
}

/** The signal of the account on the page, and what the API says of it. */
async function signalOf(page, demo, account, kind) {
  const signal = await until(`a signal of ${account}`, async () => {
    const { items } = await ask(page, demo, "/signals?status=open,handled,converted&limit=100");
    return items.find((one) => one.account?.name === account && one.kind === kind);
  });
  await page.goto(`${demo.base_url}/`);
  await cards(page).filter({ hasText: account }).first().waitFor();
  return signal;
}

/** In the simulated Slack, the admin opens the bot's message and presses the button. */
async function handleInSlack(page, demo, account) {
  await page.goto(demo.sim_url);
  const direct = `Momentum and ${ADMIN.name} (direct message)`;
  await page.locator("#channel option", { hasText: direct }).waitFor({ state: "attached" });
  await page.locator("#channel").selectOption({ label: direct });
  await page.locator("#user").selectOption(ADMIN.slack);
  const alert = page.locator("#messages > li").filter({ hasText: account }).first();
  await alert.getByRole("button", { name: "I'll handle this" }).click();
  await alert.getByText("handles this").waitFor();
}

async function oneRecord(page, demo, name, kind, account) {
  const { [kind]: rows, accounts } = CRMS[name];
  const found = async () => {
    const state = await simulated(page, demo, "/control/state");
    const id = accounts(state).find((one) => one.name === account)?.id;
    return rows(state).filter((row) => row.account === id);
  };
  await until(`a record in ${name} (${kind})`, async () => (await found()).length > 0);
  return found();
}

/** The same story with one CRM: a request for more seats becomes work, and won business. */
async function earn(page, demo, name, except) {
  const { accounts, opportunities, won } = CRMS[name];
  const before = await simulated(page, demo, "/control/state");
  const count = (state, kind) => CRMS[name][kind](state).length;
  // Where an opportunity is open already, this need would be noted there instead.
  const busy = new Set(opportunities(before).map(({ account }) => account));
  const { name: account } = accounts(before).find(
    (one) => one.name in CUSTOMERS && one.name !== except && !busy.has(one.id),
  );
  const channel = CUSTOMERS[account];
  await say(
    page,
    demo,
    channel,
    "We want to roll this out to two more teams and need 40 additional seats on the enterprise plan. How do we add them?",
  );
  const signal = await signalOf(page, demo, account, "expansion");
  await handleInSlack(page, demo, account);
  await until("the signal to be handled", async () => {
    const { status } = await ask(page, demo, `/signals/${signal.id}`);
    return status === "handled";
  });
  await oneRecord(page, demo, name, "tasks", account);
  const [opportunity] = await oneRecord(page, demo, name, "opportunities", account);
  const after = await simulated(page, demo, "/control/state");
  equal(count(after, "opportunities") - count(before, "opportunities"), 1, `new opportunities in ${name}`);
  equal(count(after, "tasks") - count(before, "tasks"), 1, `new tasks in ${name}`);

  const { path, body } = won(opportunity.id);
  await simulated(page, demo, path, body);
  await page.goto(`${demo.base_url}/connectors`);
  await card(page, name).getByRole("button", { name: "Sync now" }).click();
  await until("the signal to be converted", async () => {
    const { status } = await ask(page, demo, `/signals/${signal.id}`);
    return status === "converted";
  });
  await page.goto(`${demo.base_url}/signals/${signal.id}`);
  await page.getByRole("dialog").getByText("Converted").first().waitFor();
  return account;
}

async function disconnect(page, demo, name) {
  await page.goto(`${demo.base_url}/connectors`);
  await card(page, name).getByRole("button", { name: "Disconnect" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
  await page.getByText(`${name} is disconnected`).waitFor();
}

export const tests = [
  {
    name: "a new company connects Slack and Salesforce, then HubSpot, and wins business with both",
    run: async (browser, demo) => {
      const page = await openFresh(browser);
      await signUp(page, demo);
      await connectSlack(page, demo);
      await connectCrm(page, demo, "Salesforce");
      await mapChannels(page, demo);
      const customer = await earn(page, demo, "Salesforce");
      await disconnect(page, demo, "Salesforce");
      await connectCrm(page, demo, "HubSpot");
      await earn(page, demo, "HubSpot", customer);
      await close(page);
    },
  },
];
