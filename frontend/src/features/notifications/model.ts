import type { NotificationPreferences, NotificationRoutes, NotificationRule } from "@/api/types";
import type { Kind } from "@/ui/category";

export const KINDS: Kind[] = ["expansion", "risk", "buying_intent", "usage", "relationship", "churn"];
const CONFIDENCES = [50, 60, 70, 80, 90];
/** The most alerts a day that somebody can ask for. */
export const MAX_BUDGET = 500;
const ZONES_SHOWN = 8;

/** The confidences to choose from, with the one that is set even when it is none of the usual. */
export function confidenceChoices(current: number): number[] {
  return CONFIDENCES.includes(current) ? CONFIDENCES : [...CONFIDENCES, current].sort((a, b) => a - b);
}

/** The kinds with one more or one less, always in their usual order. */
export function toggleKind(kinds: Kind[], kind: Kind): Kind[] {
  return KINDS.filter((one) => (one === kind ? !kinds.includes(one) : kinds.includes(one)));
}

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether anything can reach this person: a way that is both wanted and there, and something to send on it. */
export function isReached({ delivery, slack, email, immediate, digest }: NotificationPreferences): boolean {
  const slackWorks = delivery.slack && slack.connected && slack.matched;
  const emailWorks = delivery.email && email.configured && !email.failing;
  const wantsAnything = immediate.kinds.length > 0 || digest.daily || digest.weekly;
  return (slackWorks || emailWorks) && wantsAnything;
}

export interface PreferenceFaults {
  budget: boolean;
  dailyAt: boolean;
  from: boolean;
  to: boolean;
}

/** What cannot be saved as it is; the server wants whole times even where they are switched off. */
export function faultsOf({ daily_budget, digest, quiet_hours }: NotificationPreferences): PreferenceFaults {
  return {
    budget: !Number.isInteger(daily_budget) || daily_budget < 0 || daily_budget > MAX_BUDGET,
    dailyAt: !isTime(digest.daily_at),
    from: !isTime(quiet_hours.from),
    to: !isTime(quiet_hours.to),
  };
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** "Europe/Berlin" as people say it: "Berlin (Europe)". What is in no region has its name alone. */
export function zoneName(zone: string): string {
  const [region, ...rest] = zone.replaceAll("_", " ").split("/");
  if (rest.length === 0) return region ?? zone;
  const place = rest.reverse().join(", ");
  return region === "Etc" ? place : `${place} (${region})`;
}

/** The timezones that fit the words, those whose city begins with them first. */
export function findZones(zones: string[], words: string): string[] {
  const needle = words.trim().toLowerCase();
  const rank = (zone: string) => {
    const name = zoneName(zone).toLowerCase();
    if (name.startsWith(needle)) return 0;
    return name.includes(needle) || zone.toLowerCase().includes(needle) ? 1 : 2;
  };
  return zones
    .map((zone) => ({ zone, rank: rank(zone) }))
    .filter(({ rank }) => rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, ZONES_SHOWN)
    .map(({ zone }) => zone);
}

/** The zones without those that people would call the same: "UTC" is "Etc/UTC". */
export function namedOnce(zones: string[]): string[] {
  const names = zones.map(zoneName);
  return zones.filter((_, at) => names.indexOf(names[at] ?? "") === at);
}

export const NEW_RULE: NotificationRule = {
  kinds: ["risk", "churn"],
  min_confidence: 80,
  to: "owner",
  when: "at_once",
};

/** The rules with one of them changed, or gone when there is no change. */
export function withRule(
  routes: NotificationRoutes,
  at: number,
  change: Partial<NotificationRule> | null,
): NotificationRoutes {
  return {
    ...routes,
    rules: change
      ? routes.rules.map((rule, index) => (index === at ? { ...rule, ...change } : rule))
      : routes.rules.filter((_, index) => index !== at),
  };
}
