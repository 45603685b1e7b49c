import { count, plural } from "../format";

export const connections = {
  title: "Connections",
  what: "The connections",
  healthy: "Everything is connected and healthy",
  attention: (n: number) => `${plural(n, "connection needs", "connections need")} your attention`,
  statuses: { connected: "Healthy", degraded: "Having trouble", disconnected: "Disconnected" },
  lastSuccess: "Last success",
  never: "Never yet",
  queue: "Waiting",
  queueValue: (n: number) => (n === 0 ? "Nothing" : plural(n, "item")),
  delivered: "Delivered in 24 hours",
  deadLetters: "Dead letters",
  deadLetterValue: (n: number) => (n === 0 ? "None" : count(n)),
  lastError: "Last error",
  gaps: "Gaps",
  gapsNone: "No message was missed in the last days.",
  gap: (span: string, length: string) => `${span} (${length})`,
  gapOpen: (from: string, length: string) => `Since ${from} (${length} so far)`,
  emptyTitle: "Nothing is connected yet",
  emptyText:
    "Without Slack there is nothing to read. You can look at your own history at once by importing a Slack export below.",
  emptyAction: "Import a Slack export",
  offers: "What can be connected",
  said: (vendor: string) => `${vendor} said`,
  sandbox: "Sandbox",
  paused: (waiting: number) =>
    waiting === 0
      ? "Paused. Nothing is tried until somebody connects it again."
      : `Paused: ${plural(waiting, "item waits", "items wait")} and nothing is tried until somebody connects it again. Nothing is lost.`,
  token: "Authorisation",
  tokens: {
    ok: "Valid",
    expires_soon: "Ends soon",
    expired: "Expired",
    refused: "No longer accepted",
  },
  tokenRenewed: (when: string) => `renewed by itself before ${when}`,
  tokenEnds: (when: string) => `${when}; authorise again before`,
  resting: (vendor: string, when: string) =>
    `${vendor} failed too often in a row and is left alone until ${when}. What waits is sent after that.`,
  quota: "Calls left",
  quotaLeft: (left: number, limit: number, window: string) =>
    `${count(left)} of ${plural(limit, "call")} left in ${window}`,
  missingScopes: (vendor: string) => `${vendor} did not grant everything`,
  missingScope: (scope: string) => `${scope} is missing`,
  missingScopesText: "Authorise again and accept all of it, or ask an admin there to do it.",
  scopes: (n: number) => `What it may do there (${plural(n, "permission")})`,
  scopesAsked: (n: number) => `What Momentum asks for (${plural(n, "permission")})`,
  check: "Check now",
  checked: (vendor: string) => `${vendor} answers`,
  checkedBad: (vendor: string) => `${vendor} does not work`,
  checkFailed: (vendor: string) => `${vendor} could not be checked`,
  sync: "Sync now",
  synced: (vendor: string) => `Fetching what is new in ${vendor}. This page shows when it is done.`,
  syncFailed: (vendor: string) => `${vendor} could not be synced`,
  reauthorise: "Authorise again",
  another: "Connect another one",
  connect: (vendor: string) => `Connect ${vendor}`,
  notConnected: "Not connected",
  notConfigured: "Not set up on this server",
  notConfiguredText: (vendor: string, n: number) =>
    `Whoever runs this server has to register an app with ${vendor} and set ${n === 1 ? "this" : "these"}:`,
  guide: "Read the guide",
  askAdmin: "Your role can see connections but not change them. Ask an owner or admin of your company.",
  purposes: {
    slack: "Reads the customer channels Momentum is a member of, and alerts your team.",
    salesforce: "Brings in your accounts and writes tasks, opportunities and account fields.",
    hubspot: "Brings in your companies and writes tasks, deals and company properties.",
  },
  disconnect: "Disconnect",
  disconnectTitle: (vendor: string) => `Disconnect ${vendor}?`,
  disconnectText: {
    slack: [
      "Momentum stops reading your channels at once and gives back its access.",
      "Messages sent meanwhile are not seen, and alerts are no longer sent to Slack.",
      "Signals found so far stay. You can connect the same workspace again.",
    ],
    salesforce: [
      "Momentum gives back its access. Nothing is read from Salesforce or written to it any more.",
      "What was written there stays there, and what still waits is kept.",
      "After you connect the same org again, it goes on where it stopped.",
    ],
    hubspot: [
      "Momentum gives back its access. Nothing is read from HubSpot or written to it any more.",
      "What was written there stays there, and what still waits is kept.",
      "After you connect the same account again, it goes on where it stopped.",
    ],
  },
  disconnected: (vendor: string) => `${vendor} is disconnected`,
  disconnectFailed: (vendor: string) => `${vendor} could not be disconnected`,
  salesforce: {
    title: "Which Salesforce?",
    label: "Kind of org",
    kinds: { production: "Production", sandbox: "Sandbox", my_domain: "My Domain" },
    hints: {
      production: "You sign in at login.salesforce.com.",
      sandbox: "You sign in at test.salesforce.com. Nothing is written to your production org.",
      my_domain: "Your company allows signing in only at its own address.",
    },
    domain: "My Domain",
    domainHint: "As in the address bar, for example acme.my.salesforce.com",
    domainWrong: "This is no address of Salesforce. It looks like acme.my.salesforce.com.",
    go: "Go to Salesforce",
  },
  slack: {
    title: "Channels and history",
    autoJoin: "Join public channels by themselves",
    autoJoinHint: "One pattern a line. * stands for anything: customer-* joins #customer-acme.",
    autoJoinNone: "No pattern: Momentum only reads channels it is invited to.",
    wrongPattern: (pattern: string) =>
      `“${pattern}” cannot be a channel’s name. Only letters, digits, - and _ may stand beside *.`,
    everything: "This joins every public channel.",
    tryName: "Try a channel name",
    joins: (channel: string, pattern: string) => `${channel} is joined, because of ${pattern}`,
    ignores: (channel: string) => `${channel} is left alone`,
    profile: "How fast older messages are read",
    profiles: {
      marketplace: "App from the Slack Marketplace",
      throttled: "App outside the Marketplace",
      internal: "Your company’s own app",
    },
    profileHints: {
      marketplace: "About 50 requests a minute. Only for apps that Slack has approved.",
      throttled: "One request a minute with 15 messages: Slack’s limit for apps that are not approved.",
      internal: "About 50 requests a minute. Only for an app that your own company made.",
    },
    save: "Save",
    saved: "Saved. New channels follow it at once.",
    saveFailed: "The Slack settings could not be saved",
  },
  callback: {
    connected: (vendor: string) => `${vendor} is connected`,
    connectedText: {
      slack: "Channels and people are being fetched. Next, say which channel belongs to which account.",
      salesforce: "Your accounts are being fetched. Next, look at which fields Momentum reads and writes.",
      hubspot: "Your companies are being fetched. Next, look at which properties Momentum reads and writes.",
    },
    fields: "Look at the fields",
    channels: "Choose accounts for channels",
    failed: (vendor: string) => `${vendor} was not connected`,
    anyVendor: "The connection",
    errors: {
      access_denied:
        "Access was not granted. If you did not cancel it yourself, your company may allow only admins to approve apps: ask one of them.",
      state_mismatch:
        "The answer did not belong to this browser session, so it was thrown away. Start again here, and stay in this window.",
      app_not_installed:
        "The app is not installed in your org. An admin there has to install the package first; the guide says how.",
      already_connected_elsewhere:
        "It is connected to another company in Momentum. Disconnect it there first, or choose another one.",
      exchange_failed:
        "The other side did not hand out its access. Try again; if it fails again, the app’s ID or secret on this server may be wrong.",
      another_org:
        "It is another org than the one your company has connected. A company has one CRM at a time: disconnect that one first, or choose the same org.",
      not_configured: "This server is not set up for it yet. The guide says which settings are missing.",
      bad_domain:
        "What was given as My Domain is no address of Salesforce. It looks like acme.my.salesforce.com.",
      missing_scope:
        "Something Momentum needs was not granted. Start again and accept everything that is asked for.",
    } as Record<string, string>,
    unknown: "Something went wrong on the way. Start again; nothing was changed.",
    again: "Try again",
    dismiss: "Dismiss",
  },
} as const;

export const imports = {
  title: "Slack export",
  intro:
    "See what Momentum would have found in your own history, without connecting anything. In Slack, an owner exports the ZIP under Settings, Import/Export data.",
  choose: "Choose a ZIP file",
  drop: "or drop it here",
  notZip: (name: string) => `“${name}” is not a ZIP file. Choose the file just as Slack gave it to you.`,
  uploading: (name: string, percent: number) => `Uploading ${name}: ${percent} %`,
  failed: (name: string) => `${name} could not be uploaded`,
  history: "Imports",
  what: "The imports",
  states: { queued: "Waiting to start", running: "Reading", done: "Done", failed: "Failed" },
  whole: (messages: number, channels: number) =>
    `${plural(messages, "message")} in ${plural(channels, "channel")}`,
  progress: (done: number, total: number) => `${count(done)} of ${plural(total, "message")}`,
  channels: (done: number, total: number) => `${count(done)} of ${plural(total, "channel")}`,
  found: (n: number) => `${plural(n, "signal")} found`,
  skipped: (n: number) => `${plural(n, "message")} skipped`,
  see: "See them in the feed",
  notAllowed: "Your role cannot import. Ask an owner or admin of your company.",
  none: "Nothing was imported yet.",
} as const;
