import type { MappingWish } from "@/api/queries/channels";
import type { Backfill, Channel, ChannelMapping, MappingImportRow, NamedRef } from "@/api/types";
import { channels as t } from "@/i18n/en/channels";
import type { ChannelSearch } from "./filters";

const DAY_MS = 86_400_000;

/** Whose a channel shall be; no account takes it away from the one it has. */
export interface MappingChange {
  channel: Pick<Channel, "id" | "name" | "account">;
  account: NamedRef | null;
}

export function wishesOf(changes: MappingChange[]): MappingWish[] {
  return changes.map(({ channel, account }) => ({
    channel_id: channel.id,
    account_id: account?.id ?? null,
  }));
}

/** What takes the changes back: each channel to whose it was before. Those that were refused have nothing to take back. */
export function undoOf(changes: MappingChange[], refused: ReadonlySet<number>): MappingChange[] {
  return changes
    .filter((_, index) => !refused.has(index))
    .map(({ channel, account }) => ({
      channel: { ...channel, account },
      account: channel.account ?? null,
    }));
}

/**
 * The bulk answer counts positions among the channels that were given an account; this finds them in the whole list.
 * The rest of the list was taken away from an account one by one.
 */
export function refusedOf(changes: MappingChange[], errors: { index: number }[]): Set<number> {
  const sent = changes.flatMap(({ account }, index) => (account ? [index] : []));
  return new Set(errors.flatMap(({ index }) => sent[index] ?? []));
}

/** The channels among these that Momentum has a guess for, each with its guess. */
export function suggestedOf(channels: Channel[]): MappingChange[] {
  return channels.flatMap((channel) =>
    channel.suggestion && !channel.account ? [{ channel, account: channel.suggestion.account }] : [],
  );
}

/** What to say after it was done. */
export function doneText(changes: MappingChange[], refused: ReadonlySet<number>, signals: number): string {
  const done = changes.filter((_, index) => !refused.has(index));
  const [first] = done;
  if (done.length !== 1 || !first) return t.mapped_many(done.length, signals);
  const { channel, account } = first;
  return account ? t.mapped_one(channel.name, account.name, signals) : t.unmapped_one(channel.name);
}

/** Who said whose the channel is; how sure that is and why only where it was not a person who said it. */
export function sourceText({ source, confidence, reason }: ChannelMapping): string {
  const words = t.sources[source] ?? source;
  return source === "matcher" ? t.sourceBecause(words, confidence, reason) : words;
}

/** How much of the wanted stretch of time has been read, 0 to 100. */
export function backfillShare(
  { state, oldest_reached, requested_days }: Pick<Backfill, "state" | "oldest_reached" | "requested_days">,
  now: number,
): number {
  if (state === "done") return 100;
  if (!oldest_reached || requested_days <= 0) return 0;
  const share = (100 * (now - Date.parse(oldest_reached))) / (requested_days * DAY_MS);
  return Math.min(99, Math.max(0, Math.round(share)));
}

/** The rows with an error as a table that a spreadsheet opens. */
export function errorsCsv(rows: MappingImportRow[]): string {
  const lines = rows
    .filter(({ outcome }) => outcome === "error")
    .map(({ line, channel, account, message }) => [String(line), channel, account, message ?? ""]);
  return `${[["line", "channel", "account", "error"], ...lines]
    .map((cells) => cells.map(csvCell).join(","))
    .join("\r\n")}\r\n`;
}

/** A cell that holds a comma, a quote or a line break is quoted, its quotes doubled (RFC 4180). */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function isFiltered(search: ChannelSearch): boolean {
  return Object.values(search).some((value) => value !== undefined);
}
