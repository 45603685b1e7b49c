// The pages about connections and what is written through them, in every state that people meet.
import { SALESFORCE, SLACK, VENDORS } from "./connectors.mjs";
import { DELIVERIES, RECONCILIATIONS, UNDO } from "./deliveries.mjs";
import { MAPPINGS, PLAN, SETTINGS } from "./fieldMapping.mjs";
import { empty, fail, go, heading } from "./stateSupport.mjs";

const HEALTHY = {
  ...SALESFORCE,
  status: "connected",
  status_reason: null,
  last_error: null,
  token: { state: "ok", expires_at: null },
};
const page = (items) => ({ items, next_cursor: null });

async function connectors(view, demo, items, search = "") {
  await empty(view, "**/api/v1/connections/vendors", { items: VENDORS });
  await empty(view, "**/api/v1/connections", { items });
  await go(view, demo, `/connectors${search}`);
  await heading(view, "HubSpot");
}

async function deliveries(view, demo, items = DELIVERIES) {
  await empty(view, "**/api/v1/reconciliations*", page(items.length > 0 ? RECONCILIATIONS : []));
  await empty(view, "**/api/v1/deliveries?*", page(items));
  await empty(view, "**/api/v1/deliveries/undo*", UNDO);
  await go(view, demo, "/deliveries");
  await heading(view, "Does the CRM agree?");
  await view.getByText(items.length > 0 ? "Asked for a quote" : "Nothing was written yet").waitFor();
}

async function fields(view, demo, mappings = MAPPINGS) {
  await empty(view, "**/api/v1/field-mappings", mappings);
  await empty(view, "**/api/v1/crm-settings", SETTINGS);
  await empty(view, "**/api/v1/deliveries/preview", PLAN);
  await go(view, demo, "/settings/fields");
  await heading(view, mappings.connections.length > 0 ? "Salesforce" : "No CRM is connected");
}

export const CRM_STATES = [
  {
    name: "connections-troubled",
    open: async (view, demo) => {
      await connectors(view, demo, [SLACK, SALESFORCE]);
      for (const summary of await view.locator("main summary").all()) await summary.click();
    },
  },
  {
    name: "connections-offered",
    open: (view, demo) => connectors(view, demo, []),
  },
  {
    name: "connections-connected",
    open: async (view, demo) => {
      await connectors(view, demo, [SLACK, HEALTHY], "?connected=salesforce");
      await heading(view, "Salesforce is connected");
    },
  },
  {
    name: "connections-refused",
    open: async (view, demo) => {
      await connectors(view, demo, [SLACK], "?connect_error=app_not_installed&vendor=salesforce");
      await heading(view, "Salesforce was not connected");
    },
  },
  {
    name: "connections-salesforce",
    open: async (view, demo) => {
      await connectors(view, demo, [SLACK]);
      await view.getByRole("button", { name: "Connect Salesforce" }).click();
      await view.getByText("My Domain", { exact: true }).click();
      await view.getByLabel("My Domain", { exact: true }).last().waitFor();
    },
  },
  {
    name: "connections-disconnect",
    open: async (view, demo) => {
      await connectors(view, demo, [SLACK]);
      await view.getByRole("button", { name: "Disconnect" }).click();
      await view.getByRole("dialog").waitFor();
    },
  },
  { name: "deliveries", open: (view, demo) => deliveries(view, demo) },
  { name: "deliveries-empty", open: (view, demo) => deliveries(view, demo, []) },
  {
    name: "deliveries-error",
    open: async (view, demo) => {
      await fail(view, "**/api/v1/reconciliations*");
      await fail(view, "**/api/v1/deliveries?*");
      await go(view, demo, "/deliveries");
      await view.getByRole("button", { name: "Try again" }).nth(1).waitFor();
    },
  },
  {
    name: "deliveries-undo",
    open: async (view, demo) => {
      await deliveries(view, demo);
      await view.getByRole("button", { name: "Undo recent writes" }).click();
      await view.getByText("Would be deleted").waitFor();
    },
  },
  {
    name: "deliveries-retry",
    open: async (view, demo) => {
      await deliveries(view, demo);
      await view.getByRole("button", { name: "Retry refused writes" }).click();
      await view.getByRole("dialog").waitFor();
    },
  },
  {
    name: "deliveries-account",
    open: async (view, demo) => {
      await deliveries(view, demo);
      await view.getByRole("button", { name: "Account: all" }).click();
      await view.getByRole("dialog").getByRole("option").first().waitFor();
    },
  },
  { name: "fields", open: (view, demo) => fields(view, demo) },
  { name: "fields-empty", open: (view, demo) => fields(view, demo, { connections: [] }) },
  {
    name: "fields-error",
    open: async (view, demo) => {
      await fail(view, "**/api/v1/field-mappings");
      await go(view, demo, "/settings/fields");
      await view.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  {
    name: "fields-preview",
    open: async (view, demo) => {
      await fields(view, demo);
      await view.getByLabel("CRM field for Adoption score").selectOption("");
      await view.getByLabel("CRM field for Last signal").selectOption("Last_Signal__c");
      await view.getByRole("button", { name: "Preview and save" }).click();
      await view.getByText("1 record changed").waitFor();
    },
  },
  {
    name: "more-pages",
    open: async (view, demo) => {
      await go(view, demo, "/accounts");
      await heading(view, "Accounts");
      const more = view.getByRole("button", { name: /^More/ });
      if (await more.isVisible()) await more.click();
    },
  },
];
