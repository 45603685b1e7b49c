import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, Clock, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useCan } from "@/api/queries/session";
import type { Connection } from "@/api/types";
import { connections as t } from "@/i18n/en/connections";
import { count, shortDate, span } from "@/i18n/format";
import { useNow } from "@/ui/clock";
import { Meter } from "@/ui/Meter";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { Ago } from "@/ui/Time";
import styles from "./ConnectionCard.module.css";
import { callsLeft } from "./model";

type Token = Connection["token"];
const TOKEN: Record<Token["state"], { icon: LucideIcon; tone: Tone }> = {
  ok: { icon: CircleCheck, tone: "good" },
  expires_soon: { icon: Clock, tone: "warn" },
  expired: { icon: CircleX, tone: "bad" },
  refused: { icon: CircleX, tone: "bad" },
};

/** A connection's health in figures: each is a number or a word, never a colour alone. */
export function ConnectionFacts({ connection }: { connection: Connection }) {
  const mayDeliveries = useCan("deliveries:read");
  const mayDeadLetters = useCan("dead_letters:read");
  const { vendor, token, quota } = connection;
  const system = vendor === "slack" ? undefined : vendor;
  const waiting = t.queueValue(connection.queue_depth);
  const deadLetters = t.deadLetterValue(connection.dead_letters);
  return (
    <>
      <dl className={styles.facts}>
        <Fact label={t.lastSuccess}>
          {connection.last_success_at ? <Ago iso={connection.last_success_at} /> : t.never}
        </Fact>
        <Fact label={t.token}>
          <TokenWord token={token} />
        </Fact>
        <Fact label={t.queue}>
          {system && mayDeliveries && connection.queue_depth > 0 ? (
            <Link to="/deliveries" search={{ state: "pending", system }}>
              {waiting}
            </Link>
          ) : (
            waiting
          )}
        </Fact>
        {typeof connection.delivered_24h === "number" && (
          <Fact label={t.delivered}>
            {mayDeliveries && connection.delivered_24h > 0 ? (
              <Link to="/deliveries" search={{ state: "delivered", system, since: "24h" }}>
                {count(connection.delivered_24h)}
              </Link>
            ) : (
              count(connection.delivered_24h)
            )}
          </Fact>
        )}
        <Fact label={t.deadLetters}>
          {connection.dead_letters > 0 && mayDeadLetters ? (
            <Link to="/dead-letters">{deadLetters}</Link>
          ) : (
            deadLetters
          )}
        </Fact>
      </dl>
      {quota && (
        <div className={styles.part}>
          <h3>{t.quota}</h3>
          <Meter
            label={t.quotaLeft(callsLeft(quota), quota.limit, span(quota.window_seconds))}
            left={callsLeft(quota)}
            limit={quota.limit}
          />
        </div>
      )}
    </>
  );
}

function TokenWord({ token: { state, expires_at } }: { token: Token }) {
  const now = useNow();
  const { icon, tone } = TOKEN[state];
  return (
    <>
      <StatusWord icon={icon} tone={tone}>
        {t.tokens[state]}
      </StatusWord>
      {(state === "ok" || state === "expires_soon") && expires_at && (
        <span className={`meta ${styles.until}`}>
          {(state === "ok" ? t.tokenRenewed : t.tokenEnds)(shortDate(expires_at, now))}
        </span>
      )}
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="meta">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
