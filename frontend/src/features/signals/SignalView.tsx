import { type ReactNode, useEffect, useRef } from "react";
import { useMe } from "@/api/queries/session";
import type { SignalDetail } from "@/api/types";
import { channelName } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { Confidence } from "@/ui/Confidence";
import { KindBadge } from "@/ui/category";
import { Ago } from "@/ui/Time";
import { Conversation } from "./Conversation";
import { DeliveryPanel } from "./DeliveryPanel";
import { DrawerActions } from "./DrawerActions";
import { EvidenceList } from "./EvidenceList";
import { ActivityList, RelatedList } from "./History";
import { accountName, authorLine } from "./model";
import { Continuation, Mapping } from "./Questions";
import { SentimentWord, StatusNote } from "./SignalState";
import styles from "./SignalView.module.css";
import { useTriage } from "./useTriage";

const t = m.signals.drawer;

/** Everything about one signal, in the order a rep asks: what was said, is it right, what now, where is it. */
export function SignalView({ signal }: { signal: SignalDetail }) {
  const me = useMe();
  const { allowed, creating } = useTriage();
  const title = useRef<HTMLHeadingElement>(null);
  // Going on to the next signal replaces what had the focus: it belongs to the top of the new one.
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  return (
    <div className={styles.view}>
      <div className={styles.head}>
        <div className={styles.line}>
          <KindBadge kind={signal.kind} />
          <Confidence value={signal.confidence} />
          <StatusNote signal={signal} memberId={me.member.id} />
        </div>
        <h2 ref={title} tabIndex={-1} data-autofocus className={styles.title}>
          {accountName(signal)}
        </h2>
        <p className="meta">
          {m.signals.posted} <Ago iso={signal.posted_at} /> {m.signals.by} {authorLine(signal.author)}{" "}
          {m.signals.in} {channelName(signal.channel.name)}
          {signal.channel.is_external && `, ${m.signals.external}`}
        </p>
        <p className={`meta ${styles.line}`}>
          {signal.occurrences > 1 && <span>{t.occurrences(signal.occurrences)}</span>}
          <SentimentWord sentiment={signal.sentiment} />
        </p>
      </div>
      <DrawerActions signal={signal} creating={creating.has(signal.id)} />
      {allowed && signal.continuation_question && (
        <Continuation signal={signal} question={signal.continuation_question} />
      )}
      {allowed && signal.account === null && <Mapping signal={signal} />}
      <Section title={t.message}>
        <Conversation signal={signal} />
      </Section>
      <Section title={t.recommendation}>
        <p className={styles.recommendation}>
          <strong>{signal.recommendation.label}</strong>
          <span>{signal.recommendation.reason}</span>
        </p>
      </Section>
      <Section title={t.evidence} intro={t.evidenceIntro}>
        <EvidenceList evidence={signal.evidence} />
        <p className="meta">{t.versions(signal.versions.detector, signal.versions.config)}</p>
      </Section>
      <Section title={t.delivery}>
        <DeliveryPanel signal={signal} creating={creating.has(signal.id)} />
      </Section>
      {signal.related.length > 0 && (
        <Section title={t.related}>
          <RelatedList related={signal.related} />
        </Section>
      )}
      {signal.activity.length > 0 && (
        <Section title={t.activity}>
          <ActivityList activity={signal.activity} />
        </Section>
      )}
    </div>
  );
}

function Section({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3>{title}</h3>
      {intro && <p className="meta">{intro}</p>}
      {children}
    </section>
  );
}
