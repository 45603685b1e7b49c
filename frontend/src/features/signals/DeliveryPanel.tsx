import { ExternalLink } from "lucide-react";
import type { SignalDetail } from "@/api/types";
import { m } from "@/i18n/messages.en";
import { systemName } from "@/ui/crm";
import { Ago, Moment } from "@/ui/Time";
import styles from "./History.module.css";
import { DeliveryWord } from "./SignalState";

const t = m.signals.drawer;

/** Where the CRM write stands, in the CRM's own words when it failed, with links to what is there. */
export function DeliveryPanel({ signal, creating }: { signal: SignalDetail; creating: boolean }) {
  return (
    <div className={styles.stack}>
      <p>
        <DeliveryWord signal={{ ...signal, crm_records: [] }} creating={creating} />{" "}
        <span className="meta">{!creating && m.signals.deliveryHint[signal.delivery_state]}</span>
      </p>
      {signal.crm_records.map(({ system, type, id, url }) => {
        const name = m.signals.openRecord(systemName(system), m.signals.record[type.toLowerCase()] ?? type);
        return url ? (
          <a key={id} href={url} target="_blank" rel="noreferrer" className={styles.link}>
            <ExternalLink size={14} aria-hidden /> {name}
          </a>
        ) : (
          <span key={id} className="meta">
            {systemName(system)} {id}
          </span>
        );
      })}
      {signal.deliveries
        .filter(({ state, last_error }) => state !== "delivered" && last_error)
        .map((delivery) => (
          <p key={delivery.id} className={styles.error}>
            {systemName(delivery.system)}: {delivery.last_error}{" "}
            <span className="meta">
              {m.signals.drawer.attempts(delivery.attempts)}, <Ago iso={delivery.updated_at} />
              {delivery.next_attempt_at && (
                <>
                  , {t.nextTry} <Moment iso={delivery.next_attempt_at} />
                </>
              )}
            </span>
          </p>
        ))}
    </div>
  );
}
