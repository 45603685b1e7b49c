import type { NamedRef, SignalCounts } from "@/api/types";
import { channelName } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { CONFIDENCE_STEPS, confidenceLabel, type FeedSearch, KINDS, SENTIMENTS, STATUSES } from "./filters";

export interface FacetOption {
  value: string;
  label: string;
  /** Signals it would show, as the server counted them; undefined where the server does not count. */
  count?: number;
}

export interface Facet {
  name: "kind" | "account" | "confidence" | "rep" | "channel" | "status" | "sentiment";
  label: string;
  multiple: boolean;
  options: FacetOption[];
  selected: string[];
}

/** The filters with their options, most frequent first where names are open-ended, and what is chosen in the address. */
export function facets(search: FeedSearch, counts: SignalCounts | undefined, withRep: boolean): Facet[] {
  const kindCount = new Map(counts?.by_kind.map(({ kind, count }) => [kind, count]));
  const statusCount = new Map(counts?.by_status.map(({ status, count }) => [status, count]));
  const one = (value: string | undefined) => (value === undefined ? [] : [value]);
  const all: Facet[] = [
    {
      name: "kind",
      label: m.filters.kind,
      multiple: true,
      options: KINDS.map((kind) => ({
        value: kind,
        label: m.signals.kinds[kind],
        count: counts && (kindCount.get(kind) ?? 0),
      })),
      selected: search.kind ?? [],
    },
    {
      name: "account",
      label: m.filters.account,
      multiple: false,
      options: named(counts?.by_account.map(({ account, count }) => ({ ref: account, count }))),
      selected: one(search.account),
    },
    {
      name: "confidence",
      label: m.filters.confidence,
      multiple: false,
      options: withSelected(
        CONFIDENCE_STEPS.map((step) => ({ value: String(step), label: confidenceLabel(String(step)) })),
        search.confidence,
        confidenceLabel,
      ),
      selected: one(search.confidence),
    },
    {
      name: "rep",
      label: m.filters.rep,
      multiple: false,
      options: named(counts?.by_member.map(({ member, count }) => ({ ref: member, count }))),
      selected: one(search.rep),
    },
    {
      name: "channel",
      label: m.filters.channel,
      multiple: false,
      options: named(
        counts?.by_channel.map(({ channel, count }) => ({
          ref: { ...channel, name: channelName(channel.name) },
          count,
        })),
      ),
      selected: one(search.channel),
    },
    {
      name: "status",
      label: m.filters.status,
      multiple: true,
      options: STATUSES.map((status) => ({
        value: status,
        label: m.signals.statuses[status],
        count: counts && (statusCount.get(status) ?? 0),
      })),
      selected: search.status ?? [],
    },
    {
      name: "sentiment",
      label: m.filters.sentiment,
      multiple: false,
      options: SENTIMENTS.map((sentiment) => ({ value: sentiment, label: m.signals.sentiments[sentiment] })),
      selected: one(search.sentiment),
    },
  ];
  return all.filter(({ name }) => withRep || name !== "rep");
}

/** The search with one option of a facet chosen, or given back when it was chosen before. */
export function toggled(search: FeedSearch, facet: Facet, value: string): FeedSearch {
  const was = facet.selected.includes(value);
  if (!facet.multiple) return { ...search, [facet.name]: was ? undefined : value };
  const next = was ? facet.selected.filter((other) => other !== value) : [...facet.selected, value];
  return { ...search, [facet.name]: next.length > 0 ? next : undefined };
}

/** What a facet's button says about the choice: the one name, or how many. */
export function choiceOf({ selected, options }: Facet): string | null {
  if (selected.length === 0) return null;
  if (selected.length > 1) return m.filters.selected(selected.length);
  return options.find(({ value }) => value === selected[0])?.label ?? m.filters.selected(1);
}

function named(entries: { ref?: NamedRef | null; count: number }[] | undefined): FacetOption[] {
  return (entries ?? [])
    .flatMap(({ ref, count }) => (ref ? [{ value: ref.id, label: ref.name, count }] : []))
    .sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}

function withSelected(
  options: FacetOption[],
  value: string | undefined,
  label: (value: string) => string,
): FacetOption[] {
  if (!value || options.some((option) => option.value === value)) return options;
  return [...options, { value, label: label(value) }];
}
