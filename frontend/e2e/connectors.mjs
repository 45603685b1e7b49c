/** Connections in every state that needs words, which a healthy demo never has all at once. */
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

export const SCOPES = [
  { scope: "channels:read", why: "To know which public channels there are" },
  { scope: "channels:history", why: "To read what customers write in channels Momentum is a member of" },
  { scope: "channels:join", why: "To join the public channels that match your patterns" },
  { scope: "chat:write", why: "To send alerts and to answer when it is mentioned" },
];

export const VENDORS = [
  {
    vendor: "slack",
    label: "Slack",
    is_configured: true,
    missing_settings: [],
    connect_url: "/slack/oauth/start",
    scopes: SCOPES,
    guide_url: "/docs/guides/slack",
  },
  {
    vendor: "salesforce",
    label: "Salesforce",
    is_configured: true,
    missing_settings: [],
    connect_url: "/oauth/salesforce/start",
    scopes: [
      { scope: "api", why: "To read accounts and to write tasks and opportunities" },
      { scope: "refresh_token", why: "To stay connected without asking you to sign in again" },
    ],
    guide_url: "/docs/guides/salesforce",
  },
  {
    vendor: "hubspot",
    label: "HubSpot",
    is_configured: false,
    missing_settings: ["MOMENTUM_HUBSPOT_CLIENT_ID", "MOMENTUM_HUBSPOT_CLIENT_SECRET"],
    connect_url: "/oauth/hubspot/start",
    scopes: [{ scope: "crm.objects.companies.read", why: "To bring in your companies" }],
    guide_url: "/docs/guides/hubspot",
  },
];

export const SLACK = {
  id: "con_slack",
  vendor: "slack",
  name: "Northwind Cloud",
  external_id: "T0NORTHWIND",
  status: "degraded",
  status_reason: "Slack asks to slow down: new messages arrive up to two minutes late.",
  last_success_at: ago(1),
  last_error: { at: ago(4), message: "ratelimited: conversations.history, retry after 60 seconds" },
  queue_depth: 14,
  dead_letters: 0,
  delivered_24h: null,
  gaps: [
    {
      started_at: ago(2 * 1440),
      ended_at: ago(2 * 1440 - 39),
      reason: "Slack sent more than 30,000 events in an hour and paused",
    },
  ],
  token: { state: "ok", expires_at: ago(-400) },
  quota: { used: 46, limit: 50, window_seconds: 60 },
  settings: { auto_join: ["customer-*", "*-customer"], history_profile: "throttled", sandbox: false },
  circuit_open_until: null,
  missing_scopes: ["channels:join"],
};

export const SALESFORCE = {
  ...SLACK,
  id: "con_salesforce",
  vendor: "salesforce",
  name: "Northwind production",
  external_id: "00D5g000004ABCD",
  status: "disconnected",
  status_reason: "Salesforce no longer accepts the authorisation: somebody there took it back.",
  last_success_at: ago(95),
  last_error: { at: ago(90), message: "invalid_grant: expired access/refresh token" },
  queue_depth: 12,
  dead_letters: 2,
  delivered_24h: 48,
  gaps: [],
  token: { state: "refused", expires_at: null },
  quota: { used: 12_400, limit: 100_000, window_seconds: 86_400 },
  settings: { auto_join: [], history_profile: null, sandbox: true },
  missing_scopes: [],
};
