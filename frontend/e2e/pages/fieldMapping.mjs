// Which fields of the CRM are read and written: only what fits can be chosen, and nothing is saved unseen.
import { MAPPINGS, PLAN, SETTINGS } from "../fieldMapping.mjs";
import { ask, check, close, equal, openAs, userOf } from "../support.mjs";

const admin = (demo) => userOf(demo, "admin", "owner");

async function openFields(browser, demo, planStatus = 200) {
  const page = await openAs(browser, demo, admin(demo), { path: null });
  const sent = [];
  await page.route("**/api/v1/field-mappings**", (route) => {
    const request = route.request();
    if (request.method() === "GET") return route.fulfill({ json: MAPPINGS });
    sent.push({ path: new URL(request.url()).pathname, body: request.postDataJSON() });
    return route.fulfill({ json: MAPPINGS.connections[0] });
  });
  await page.route("**/api/v1/crm-settings", (route) => {
    const request = route.request();
    if (request.method() === "GET") return route.fulfill({ json: SETTINGS });
    sent.push({ path: new URL(request.url()).pathname, body: request.postDataJSON() });
    return route.fulfill({ json: request.postDataJSON() });
  });
  await page.route("**/api/v1/deliveries/preview", (route) =>
    planStatus === 200 ? route.fulfill({ json: PLAN }) : route.fulfill({ status: planStatus, json: {} }),
  );
  await page.goto(`${demo.base_url}/settings/fields`);
  await page.getByRole("table").waitFor();
  return { page, sent };
}

async function mend(page) {
  await page.getByLabel("CRM field for Adoption score").selectOption("");
  await page.getByLabel("CRM field for Open expansion signals").selectOption("NumberOfEmployees");
}

export const tests = [
  {
    name: "the field mapping page opens against the server",
    run: async (browser, demo) => {
      const page = await openAs(browser, demo, admin(demo), { path: "/settings/fields" });
      const { connections } = await ask(page, demo, "/field-mappings");
      const names = { salesforce: "Salesforce", hubspot: "HubSpot" };
      for (const { system, fields } of connections) {
        const section = page.getByRole("region", { name: names[system], exact: true });
        for (const { label } of fields) await section.getByLabel(`CRM field for ${label}`).waitFor();
      }
      if (connections.length === 0)
        await page.getByRole("heading", { name: "No CRM is connected" }).waitFor();
      await close(page);
      return `${connections.length} connections`;
    },
  },
  {
    name: "only fields of the right kind can be chosen, and the others say why not",
    run: async (browser, demo) => {
      const { page } = await openFields(browser, demo);
      const options = page.getByLabel("CRM field for Health score").locator("option");
      const told = await options.evaluateAll((all) => all.map(({ label, disabled }) => [label, disabled]));
      const find = (words) => told.find(([label]) => label.includes(words));
      equal(find("Health Score")[1], false, "a number is disabled");
      equal(find("Industry: is list of choices, needs number")?.[1], true, "a picklist is disabled");
      equal(find("Adoption: nobody may write it")?.[1], true, "a field that nobody may write is disabled");
      await close(page);
    },
  },
  {
    name: "what is wrong keeps the mapping from being saved and says so",
    run: async (browser, demo) => {
      const { page } = await openFields(browser, demo);
      const preview = page.getByRole("button", { name: "Preview and save" });
      await page.getByText("no longer in the CRM").waitFor();
      check(await preview.isDisabled(), "a mapping with a field that is gone can be saved");
      await page.getByText("1 field needs your attention first.").waitFor();
      await page.getByLabel("CRM field for Adoption score").selectOption("Health_Score__c");
      await page.getByText("Adoption score uses this field too").waitFor();
      await page.getByRole("button", { name: "Take back the changes" }).click();
      await page.getByText("no longer in the CRM").waitFor();
      await close(page);
    },
  },
  {
    name: "a mapping is saved after its preview: before and after for each account",
    run: async (browser, demo) => {
      const { page, sent } = await openFields(browser, demo);
      await mend(page);
      await page.getByText("2 changes not saved").waitFor();
      await page.getByRole("button", { name: "Preview and save" }).click();
      const dialog = page.getByRole("dialog", { name: "Save the mapping for Salesforce?" });
      await dialog.getByText("1 record changed, 1 left as it is").waitFor();
      const text = await dialog.innerText();
      for (const part of ["Acme Corp", "Open Risks", "3 August 2026, 14:05", "the CRM wins"])
        check(text.includes(part), `the preview does not say “${part}”`);
      equal(sent.length, 0, "saves before the answer");
      await dialog.getByRole("button", { name: "Save the mapping" }).click();
      await page.getByText("The mapping for Salesforce is saved").waitFor();
      equal(sent[0].path, "/api/v1/field-mappings/con_salesforce", "what was sent");
      const chosen = Object.fromEntries(
        sent[0].body.fields.map(({ momentum_field, crm_field }) => [momentum_field, crm_field]),
      );
      equal(chosen.adoption_score, null, "the field that was taken away");
      equal(chosen.open_expansion_signals, "NumberOfEmployees", "the field that was chosen");
      equal(chosen.arr, "ARR__c", "a field that was left alone");
      await close(page);
    },
  },
  {
    name: "the fiscal year and what an expansion adds are decided once for all CRMs",
    run: async (browser, demo) => {
      const { page, sent } = await openFields(browser, demo);
      const section = page.getByRole("region", { name: "What is written" });
      await section.getByLabel("The fiscal year begins in").selectOption("April");
      const percent = section.getByLabel("What an expansion is expected to add, in percent");
      await percent.fill("a lot");
      await section.getByText("Write a whole number from 1 to 500").waitFor();
      check(await section.getByRole("button", { name: "Save" }).isDisabled(), "a wrong share can be saved");
      await percent.fill("");
      await section.getByRole("button", { name: "Save" }).click();
      await page.getByText("It holds for what is written from now on").waitFor();
      equal(
        JSON.stringify(sent[0].body),
        JSON.stringify({ fiscal_year_start_month: 4, expansion_percent: null, notes_to_crm: true }),
        "what was sent",
      );
      await close(page);
    },
  },
  {
    name: "a preview that fails says so and can be made again",
    run: async (browser, demo) => {
      const { page } = await openFields(browser, demo, 500);
      await mend(page);
      await page.getByRole("button", { name: "Preview and save" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Try again" }).waitFor();
      await close(page);
    },
  },
];
