import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, type LucideIcon, TriangleAlert } from "lucide-react";
import { useCan } from "@/api/queries/session";
import type { Connection } from "@/api/types";
import { count, duration, shortDate, shortSpan } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { useNow } from "@/ui/clock";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { Ago } from "@/ui/Time";
import styles from "./ConnectionCard.module.css";

const t = m.connections;
const STATUS: Record<Connection["status"], { icon: LucideIcon; tone: Tone }> = {
  connected: { icon: CircleCheck, tone: "good" },
  degraded: { icon: TriangleAlert, tone: "warn" },
  disconnected: { icon: CircleX, tone: "bad" },
};

/** One vendor's connection: does it work, what waits, what failed, what was missed. */
export function ConnectionCard({ connection }: { connection: Connection }) {
  const mayDeadLetters = useCan("dead_letters:read");
  const { icon, tone } = STATUS[connection.status];
  const deadLetters = t.deadLetterValue(connection.dead_letters);
  return (
    <section className={styles.card} aria-labelledby={connection.id}>
      <header className={styles.head}>
        <div>
          <h2 id={connection.id}>{t.vendors[connection.vendor] ?? connection.vendor}</h2>
          <p className="meta">
            {connection.name} · {connection.external_id}
          </p>
        </div>
        <StatusWord icon={icon} tone={tone}>
          {t.statuses[connection.status]}
        </StatusWord>
      </header>
      {connection.status_reason && <p className={styles.reason}>{connection.status_reason}</p>}
      <dl className={styles.facts}>
        <Fact label={t.lastSuccess}>
          {connection.last_success_at ? <Ago iso={connection.last_success_at} /> : t.never}
        </Fact>
        <Fact label={t.delivered}>{count(connection.delivered_24h)}</Fact>
        <Fact label={t.queue}>{t.queueValue(connection.queue_depth)}</Fact>
        <Fact label={t.deadLetters}>
          {connection.dead_letters > 0 && mayDeadLetters ? (
            <Link to="/dead-letters">{deadLetters}</Link>
          ) : (
            deadLetters
          )}
        </Fact>
      </dl>
      {connection.last_error && (
        <div className={styles.part}>
          <h3>{t.lastError}</h3>
          <p>
            {connection.last_error.message}{" "}
            <span className="meta">
              <Ago iso={connection.last_error.at} />
            </span>
          </p>
        </div>
      )}
      <div className={styles.part}>
        <h3>{t.gaps}</h3>
        {connection.gaps.length === 0 ? (
          <p className="meta">{t.gapsNone}</p>
        ) : (
          <Gaps gaps={connection.gaps} />
        )}
      </div>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="meta">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Gaps({ gaps }: { gaps: Connection["gaps"] }) {
  const now = useNow();
  return (
    <ul className={styles.gaps}>
      {gaps.map(({ started_at, ended_at, reason }) => {
        const length = duration(started_at, ended_at ?? new Date(now).toISOString());
        return (
          <li key={started_at}>
            <span>
              {ended_at
                ? t.gap(shortSpan(started_at, ended_at, now), length)
                : t.gapOpen(shortDate(started_at, now), length)}
            </span>
            <span className="meta">{reason}</span>
          </li>
        );
      })}
    </ul>
  );
}
