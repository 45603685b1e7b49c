import type { Signal, SignalDetail } from "@/api/types";
import { channelName, fullDate, percent } from "@/i18n/format";
import { m } from "@/i18n/messages.en";

/** The part of a signal that lists hold: without its conversation, deliveries and history. */
export function summary(detail: SignalDetail): Signal {
  const {
    message: _m,
    context: _c,
    related: _r,
    deliveries: _d,
    activity: _a,
    suggested_accounts: _s,
    ...signal
  } = detail;
  return signal;
}

/** Those of a freshly read first page that came after what is held. Rows below the last held one are old: they only moved up. */
export function newSince(head: Signal[], held: Signal[]): Signal[] {
  const ids = new Set(held.map(({ id }) => id));
  const last = head.findLastIndex(({ id }) => ids.has(id));
  const above = held.length > 0 && last === -1 ? head : head.slice(0, held.length === 0 ? head.length : last);
  return above.filter(({ id }) => !ids.has(id));
}

/** Who wrote it, with what helps to know them: the address, else the company, else nothing. */
export function authorLine(author: Signal["author"]): string {
  const extra = [author.email, author.company].find((text) => text && text !== author.name);
  return extra ? `${author.name} (${extra})` : author.name;
}

export function accountName(signal: Signal): string {
  return signal.account?.name ?? m.signals.unmapped;
}

/** How a card is read out: kind, account, quote and confidence in one sentence. */
export function cardLabel(signal: Signal): string {
  return m.signals.cardLabel(
    m.signals.kinds[signal.kind],
    accountName(signal),
    signal.quote,
    signal.confidence,
  );
}

/** What a person needs before picking up the phone, as plain text for the clipboard. */
export function callBrief(signal: Signal): string {
  const kind = `${m.signals.kinds[signal.kind]} (${percent(signal.confidence)})`;
  return [
    m.signals.brief.heading(accountName(signal), kind),
    "",
    m.signals.brief.said(
      authorLine(signal.author),
      fullDate(signal.posted_at),
      channelName(signal.channel.name),
    ),
    `“${signal.quote}”`,
    "",
    m.signals.brief.next(signal.recommendation.label),
    signal.recommendation.reason,
    ...(signal.permalink ? ["", m.signals.brief.link(signal.permalink)] : []),
  ].join("\n");
}
