import type { SignalListQuery } from "@/api/queries/signals";
import { m } from "@/i18n/messages.en";
import { matching, oneOf, searchOf, someOf, someText } from "@/ui/search";

export const KINDS = ["expansion", "risk", "buying_intent", "usage", "relationship", "churn"] as const;
export const STATUSES = ["open", "handled", "snoozed", "dismissed", "converted"] as const;
export const SENTIMENTS = ["positive", "neutral", "negative", "urgent"] as const;
export const PERIODS = ["7d", "30d", "90d", "all"] as const;
/** Lower bounds that the confidence filter offers; the address takes any "from-to". */
export const CONFIDENCE_STEPS = [50, 70, 80, 90] as const;

/** From this confidence on a signal of the last 24 hours is high priority: the specification's alert threshold. */
export const HIGH_PRIORITY_CONFIDENCE = 80;

const DAYS: Record<Period, number | null> = { "7d": 7, "30d": 30, "90d": 90, all: null };
const CONFIDENCE = /^(\d{1,3})(?:-(\d{1,3}))?$/;

type Period = (typeof PERIODS)[number];

/** The feed's search parameters. The address is the only place where filters live. */
export const feedSearch = searchOf({
  kind: someOf(KINDS),
  account: someText,
  confidence: matching(CONFIDENCE),
  rep: someText,
  channel: someText,
  status: someOf(STATUSES),
  sentiment: oneOf(SENTIMENTS),
  q: someText,
  period: oneOf(PERIODS),
});
export type FeedSearch = ReturnType<typeof feedSearch>;

export type FilterName = Exclude<keyof FeedSearch, "period">;
const FILTER_NAMES: FilterName[] = [
  "kind",
  "account",
  "confidence",
  "rep",
  "channel",
  "status",
  "sentiment",
  "q",
];

/** Filters in use; the period is a choice of view, not a filter. */
export function activeFilters(search: FeedSearch): FilterName[] {
  return FILTER_NAMES.filter((name) => search[name] !== undefined);
}

export function periodOf(search: FeedSearch): Period {
  return search.period ?? "7d";
}

/** The confidence filter's bounds in percent, both included. */
export function confidenceBounds(confidence: string | undefined): { min?: number; max?: number } {
  const [, min, max] = CONFIDENCE.exec(confidence ?? "") ?? [];
  return {
    min: min === undefined ? undefined : Number(min),
    max: max === undefined ? undefined : Number(max),
  };
}

export function confidenceLabel(confidence: string): string {
  const { min = 0, max } = confidenceBounds(confidence);
  return max === undefined ? m.filters.atLeast(min) : m.filters.between(min, max);
}

/** What the server is asked for. `memberId` limits the list to one member's accounts, whatever the address says. */
export function feedQuery(search: FeedSearch, memberId?: string): SignalListQuery {
  const { min, max } = confidenceBounds(search.confidence);
  return withoutUndefined({
    kind: search.kind?.join(","),
    account_id: search.account,
    status: search.status?.join(","),
    confidence_min: min,
    confidence_max: max,
    member_id: memberId ?? search.rep,
    channel_id: search.channel,
    sentiment: search.sentiment,
    q: search.q,
    days: DAYS[periodOf(search)],
  });
}

/** The section above the feed: the same filters, the last 24 hours, high confidence only, the surest first. */
export function highPriorityQuery(query: SignalListQuery): SignalListQuery {
  const least = Math.max(HIGH_PRIORITY_CONFIDENCE, query.confidence_min ?? 0);
  return { ...query, confidence_min: least, days: 1, sort: "confidence" };
}

/** Whether a list asked with this query still holds a signal of this status. Without a filter the feed shows open ones. */
export function keepsStatus(query: SignalListQuery, status: string): boolean {
  return (query.status ?? "open").split(",").includes(status);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
