import { count, plural } from "../format";

/** What each CRM calls the record, for a person who knows only that CRM. */
export const records = {
  salesforce: {
    task: "Task",
    opportunity: "Opportunity",
    note: "Note",
    account_fields: "Account fields",
  },
  hubspot: { task: "Task", opportunity: "Deal", note: "Note", account_fields: "Company properties" },
} as Record<string, Record<string, string>>;

export const preview = {
  title: "What would be written",
  inSystem: (system: string) => `in ${system}`,
  what: "The preview",
  nothing: "Nothing would be written: the CRM already holds these values.",
  actions: {
    create: "would be created",
    update: "would be changed",
    comment: "would get a comment",
    skip: "stays as it is",
  },
  counts: {
    create: (n: number) => `${plural(n, "record")} created`,
    update: (n: number) => `${plural(n, "record")} changed`,
    comment: (n: number) => `${plural(n, "comment")} added`,
    skip: (n: number) => `${count(n)} left as ${n === 1 ? "it is" : "they are"}`,
  },
  hasMore: "There is more than is counted here.",
  before: "Before",
  after: "After",
  empty: "empty",
  more: (n: number) => `Show ${count(n)} more`,
} as const;
