import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, memo, useState } from "react";
import type { Signal } from "@/api/types";
import { channelName } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { Confidence } from "@/ui/Confidence";
import { KindBadge } from "@/ui/category";
import { Ago } from "@/ui/Time";
import { CardActions } from "./CardActions";
import { EvidenceList } from "./EvidenceList";
import type { FeedSearch } from "./filters";
import { accountName, authorLine, cardLabel } from "./model";
import styles from "./SignalCard.module.css";
import { DeliveryWord, SentimentWord, StatusNote } from "./SignalState";
import { type Scope, SIGNAL_PATH } from "./scope";

interface SignalCardProps {
  signal: Signal;
  position: number;
  /** How many there are in all, or -1 while that is not known. */
  setSize: number;
  creating: boolean;
  memberId: string;
  search: FeedSearch;
  scope: Scope;
  /** This row just came back or just came in. */
  flash: boolean;
}

const WHY_MOST = 3;

function openOnEnter(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== "Enter" || event.target !== event.currentTarget) return;
  event.currentTarget.querySelector<HTMLElement>("[data-open]")?.click();
}

/** One signal in the feed: what was said, by whom, how sure Momentum is and what to do next. */
export const SignalCard = memo(function SignalCard(props: SignalCardProps) {
  const { signal, position, setSize, creating, memberId, search, scope, flash } = props;
  const [why, setWhy] = useState(false);
  const to = SIGNAL_PATH[scope];
  return (
    <article
      className={styles.card}
      data-signal-id={signal.id}
      data-flash={flash || undefined}
      data-status={signal.status}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: articles of a feed take the focus, as its ARIA pattern says
      tabIndex={0}
      aria-label={cardLabel(signal)}
      aria-posinset={position}
      aria-setsize={setSize}
      onKeyDown={openOnEnter}
    >
      <div className={styles.head}>
        <KindBadge kind={signal.kind} />
        <span className={styles.account} data-unknown={signal.account === null || undefined}>
          {accountName(signal)}
        </span>
        <span className={styles.confidence}>
          <Confidence value={signal.confidence} />
          <button
            type="button"
            className={styles.why}
            aria-expanded={why}
            aria-label={`${m.signals.why} ${m.signals.whyTitle}`}
            onClick={() => setWhy(!why)}
          >
            {m.signals.why}
          </button>
        </span>
      </div>
      <Link
        to={to}
        params={{ id: signal.id }}
        search={search}
        resetScroll={false}
        className={styles.quote}
        data-open
      >
        ‘{signal.quote}’
      </Link>
      <p className={`meta ${styles.meta}`}>
        <span>
          {m.signals.posted} <Ago iso={signal.posted_at} /> {m.signals.by} {authorLine(signal.author)}{" "}
          {m.signals.in} {channelName(signal.channel.name)}
        </span>
        {signal.occurrences > 1 && (
          <span title={m.signals.timesTitle(signal.occurrences)}>{m.signals.times(signal.occurrences)}</span>
        )}
        <SentimentWord sentiment={signal.sentiment} />
        <DeliveryWord signal={signal} creating={creating} />
        <StatusNote signal={signal} memberId={memberId} />
      </p>
      {why && (
        <div className={styles.evidence}>
          <EvidenceList evidence={signal.evidence} most={WHY_MOST} />
        </div>
      )}
      <div className={styles.foot}>
        <p className={styles.next}>
          <span className="meta">{m.signals.recommended}</span> {signal.recommendation.label}
        </p>
        <CardActions signal={signal} creating={creating} />
      </div>
    </article>
  );
});
