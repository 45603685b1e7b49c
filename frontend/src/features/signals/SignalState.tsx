import {
  Ban,
  BellOff,
  CircleCheck,
  CircleDashed,
  Clock,
  CloudCheck,
  CloudOff,
  Frown,
  type LucideIcon,
  Meh,
  Siren,
  Smile,
  ThumbsUp,
} from "lucide-react";
import type { DeliveryState, Sentiment, Signal } from "@/api/types";
import { shortDate } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { useNow } from "@/ui/clock";
import { systemName } from "@/ui/crm";
import { StatusWord, type Tone } from "@/ui/StatusWord";

const DELIVERY: Record<DeliveryState, { icon: LucideIcon; tone: Tone }> = {
  none: { icon: CircleDashed, tone: "plain" },
  waiting_for_mapping: { icon: CircleDashed, tone: "warn" },
  pending: { icon: Clock, tone: "plain" },
  delivered: { icon: CloudCheck, tone: "good" },
  dead_letter: { icon: CloudOff, tone: "bad" },
  discarded: { icon: Ban, tone: "plain" },
};
const SENTIMENT: Record<Sentiment, LucideIcon> = {
  positive: Smile,
  neutral: Meh,
  negative: Frown,
  urgent: Siren,
};

/** Where the CRM task of a signal stands; once it is there, a link to it. */
export function DeliveryWord({ signal, creating }: { signal: Signal; creating: boolean }) {
  if (creating) {
    return (
      <StatusWord icon={Clock} tone="plain">
        {m.signals.creating}
      </StatusWord>
    );
  }
  const { icon, tone } = DELIVERY[signal.delivery_state];
  const record = signal.crm_records.find(({ url }) => url);
  const word = (
    <StatusWord icon={icon} tone={tone} title={m.signals.deliveryHint[signal.delivery_state]}>
      {record && signal.delivery_state === "delivered"
        ? m.signals.inSystem(systemName(record.system))
        : m.signals.delivery[signal.delivery_state]}
    </StatusWord>
  );
  if (!record?.url) return word;
  const label = m.signals.openRecord(
    systemName(record.system),
    m.signals.record[record.type.toLowerCase()] ?? record.type,
  );
  return (
    <a href={record.url} target="_blank" rel="noreferrer" aria-label={label} title={label}>
      {word}
    </a>
  );
}

export function SentimentWord({ sentiment }: { sentiment: Sentiment }) {
  return (
    <StatusWord icon={SENTIMENT[sentiment]} tone={sentiment === "urgent" ? "bad" : "plain"}>
      {m.signals.sentiments[sentiment]}
    </StatusWord>
  );
}

/** What somebody has done with the signal, if anything: who handles it, until when it sleeps. */
export function StatusNote({ signal, memberId }: { signal: Signal; memberId: string }) {
  const now = useNow();
  if (signal.status === "handled" || (signal.status === "open" && signal.owner)) {
    const text =
      signal.owner?.id === memberId ? m.signals.ownerMe : m.signals.owner(signal.owner?.name ?? "");
    return (
      <StatusWord icon={CircleCheck} tone="good">
        {signal.owner ? text : m.signals.statuses.handled}
      </StatusWord>
    );
  }
  if (signal.status === "snoozed" && signal.snoozed_until) {
    return (
      <StatusWord icon={BellOff} tone="plain">
        {m.signals.snoozedUntil(shortDate(signal.snoozed_until, now))}
      </StatusWord>
    );
  }
  if (signal.status === "dismissed" || signal.status === "converted") {
    return (
      <StatusWord icon={signal.status === "dismissed" ? Ban : CircleCheck} tone="plain">
        {m.signals.statuses[signal.status]}
      </StatusWord>
    );
  }
  if (!signal.confirmed) return null;
  return (
    <StatusWord icon={ThumbsUp} tone="good">
      {m.signals.confirmed}
    </StatusWord>
  );
}
