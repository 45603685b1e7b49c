import { count, plural } from "../format";

export const connections = {
  title: "Connections",
  what: "The connections",
  healthy: "Everything is connected and healthy",
  attention: (n: number) => `${plural(n, "connection needs", "connections need")} your attention`,
  vendors: { slack: "Slack", salesforce: "Salesforce", hubspot: "HubSpot" } as Record<string, string>,
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
