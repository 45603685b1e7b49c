import { CircleCheck, CircleX, type LucideIcon, TriangleAlert } from "lucide-react";
import { useCan } from "@/api/queries/session";
import type { Connection, VendorOffer } from "@/api/types";
import { connections as t } from "@/i18n/en/connections";
import { duration, shortDate, shortSpan } from "@/i18n/format";
import { useNow } from "@/ui/clock";
import { systemName } from "@/ui/crm";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { Ago } from "@/ui/Time";
import { VendorWords } from "@/ui/VendorWords";
import { ConnectionActions } from "./ConnectionActions";
import styles from "./ConnectionCard.module.css";
import { ConnectionFacts } from "./ConnectionFacts";
import { Scopes } from "./Scopes";
import { SlackSettings } from "./SlackSettings";

const STATUS: Record<Connection["status"], { icon: LucideIcon; tone: Tone }> = {
  connected: { icon: CircleCheck, tone: "good" },
  degraded: { icon: TriangleAlert, tone: "warn" },
  disconnected: { icon: CircleX, tone: "bad" },
};

/** One vendor's connection: does it work, what waits, what failed, what was missed, and what can be done about it. */
export function ConnectionCard({ connection, offer }: { connection: Connection; offer: VendorOffer | null }) {
  const mayWrite = useCan("connections:write");
  const now = useNow();
  const { icon, tone } = STATUS[connection.status];
  const vendor = systemName(connection.vendor);
  return (
    <section className={styles.card} aria-labelledby={connection.id}>
      <header className={styles.head}>
        <div>
          <h2 id={connection.id}>{vendor}</h2>
          <p className="meta">
            {connection.name} · {connection.external_id}
            {connection.settings.sandbox && <span className={styles.tag}>{t.sandbox}</span>}
          </p>
        </div>
        <StatusWord icon={icon} tone={tone}>
          {t.statuses[connection.status]}
        </StatusWord>
      </header>
      {(connection.status_reason || connection.status === "disconnected") && (
        <div className={styles.reason}>
          {connection.status_reason && <p>{connection.status_reason}</p>}
          {connection.status === "disconnected" && <p>{t.paused(connection.queue_depth)}</p>}
        </div>
      )}
      {connection.circuit_open_until && (
        <p className={styles.reason}>{t.resting(vendor, shortDate(connection.circuit_open_until, now))}</p>
      )}
      {connection.missing_scopes.length > 0 && (
        <MissingScopes vendor={vendor} missing={connection.missing_scopes} offer={offer} />
      )}
      <ConnectionFacts connection={connection} />
      {connection.last_error && (
        <VendorWords
          intro={
            <>
              {t.lastError}, <Ago iso={connection.last_error.at} />
            </>
          }
          message={connection.last_error.message}
        />
      )}
      {connection.vendor === "slack" && (
        <div className={styles.part}>
          <h3>{t.gaps}</h3>
          {connection.gaps.length === 0 ? (
            <p className="meta">{t.gapsNone}</p>
          ) : (
            <Gaps gaps={connection.gaps} />
          )}
        </div>
      )}
      {connection.vendor === "slack" && mayWrite && <SlackSettings connection={connection} />}
      {offer && offer.scopes.length > 0 && (
        <Scopes
          title={t.scopes(offer.scopes.length)}
          scopes={offer.scopes}
          missing={connection.missing_scopes}
        />
      )}
      {mayWrite && <ConnectionActions connection={connection} offer={offer} />}
    </section>
  );
}

interface MissingScopesProps {
  vendor: string;
  missing: string[];
  offer: VendorOffer | null;
}

function MissingScopes({ vendor, missing, offer }: MissingScopesProps) {
  return (
    <div className={styles.reason}>
      <h3>{t.missingScopes(vendor)}</h3>
      <ul className={styles.missing}>
        {missing.map((scope) => {
          const why = offer?.scopes.find((each) => each.scope === scope)?.why;
          return (
            <li key={scope}>
              <code>{scope}</code>
              {why && `: ${why}`}
            </li>
          );
        })}
      </ul>
      <p>{t.missingScopesText}</p>
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
