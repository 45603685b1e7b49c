import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import {
  Ban,
  CircleDashed,
  Clock,
  CloudCheck,
  CloudOff,
  ExternalLink,
  type LucideIcon,
  Undo2,
} from "lucide-react";
import type { Delivery, DeliveryState } from "@/api/types";
import { deliveries as t } from "@/i18n/en/deliveries";
import { preview } from "@/i18n/en/preview";
import { m } from "@/i18n/messages.en";
import { systemName } from "@/ui/crm";
import { recordName } from "@/ui/recordName";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { Ago, Moment } from "@/ui/Time";
import table from "@/ui/table.module.css";
import { VendorWords } from "@/ui/VendorWords";
import styles from "./DeliveriesTable.module.css";
import { DeliveryActions } from "./DeliveryActions";

const STATE: Record<DeliveryState, { icon: LucideIcon; tone: Tone }> = {
  none: { icon: CircleDashed, tone: "plain" },
  waiting_for_mapping: { icon: CircleDashed, tone: "warn" },
  pending: { icon: Clock, tone: "plain" },
  delivered: { icon: CloudCheck, tone: "good" },
  dead_letter: { icon: CloudOff, tone: "bad" },
  discarded: { icon: Ban, tone: "plain" },
};

/** One row a record; on a narrow window each row becomes a small card. */
export function DeliveriesTable({ records, mayWrite }: { records: Delivery[]; mayWrite: boolean }) {
  return (
    <div className={table.frame}>
      <table className={`${table.table} ${styles.table}`}>
        <thead>
          <tr>
            <th scope="col">{t.columns.what}</th>
            <th scope="col">{t.columns.account}</th>
            <th scope="col">{t.columns.state}</th>
            <th scope="col">{t.columns.changed}</th>
            {mayWrite && (
              <th scope="col">
                <span className="sr-only">{t.columns.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <Row key={record.id} record={record} mayWrite={mayWrite} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ record, mayWrite }: { record: Delivery; mayWrite: boolean }) {
  const name = recordName(record.system, record.record_type);
  const system = systemName(record.system);
  return (
    <tr>
      <th scope="row" className={styles.what}>
        <span className={styles.record}>
          <strong>{name}</strong>{" "}
          {record.record?.url ? (
            <a
              href={record.record.url}
              target="_blank"
              rel="noreferrer"
              aria-label={t.openRecord(name, system)}
            >
              {preview.inSystem(system)} <ExternalLink size={12} aria-hidden />
            </a>
          ) : (
            <span className="meta">{t.toSystem(system)}</span>
          )}
        </span>
        {record.signal && (
          <Link to="/signals/$id" params={{ id: record.signal.id }} className={styles.signal}>
            {record.signal.title}
          </Link>
        )}
      </th>
      <td data-label={t.columns.account}>
        {record.account?.name ?? <span className="meta">{t.noAccount}</span>}
      </td>
      <td className={styles.state}>
        <State record={record} />
      </td>
      <td data-label={t.columns.changed}>
        <Ago iso={record.updated_at} />
        {record.attempts > 0 && record.state !== "delivered" && (
          <span className={`meta ${styles.line}`}>
            {t.tried(record.attempts)}
            {record.next_attempt_at && record.state === "pending" && (
              <>
                , {t.nextTry} <Moment iso={record.next_attempt_at} />
              </>
            )}
          </span>
        )}
      </td>
      {mayWrite && (
        <td className={styles.actions}>
          <DeliveryActions record={record} />
        </td>
      )}
    </tr>
  );
}

function State({ record }: { record: Delivery }) {
  const { icon, tone } = STATE[record.state];
  const undo = record.undo?.state;
  if (undo === "undone" || undo === "requested") {
    return (
      <>
        <StatusWord icon={undo === "undone" ? Undo2 : Clock} tone="plain">
          {undo === "undone" ? t.undone : t.undoing}
        </StatusWord>
        {record.undo?.reason && <span className={`meta ${styles.line}`}>{record.undo.reason}</span>}
      </>
    );
  }
  const intro = t.said(systemName(record.system));
  const notes = [record.is_linked && t.linked, record.found && t.found[record.found]].filter(Boolean);
  return (
    <>
      <StatusWord icon={icon} tone={tone}>
        {t.states[record.state]}
      </StatusWord>
      {notes.length > 0 && <span className={`meta ${styles.line}`}>{notes.join("; ")}</span>}
      {record.error ? (
        <VendorWords
          intro={intro}
          code={record.error.code}
          message={record.error.message}
          field={record.error.field}
        />
      ) : (
        record.last_error &&
        record.state !== "delivered" && <span className={`meta ${styles.line}`}>{record.last_error}</span>
      )}
    </>
  );
}

export function DeliveriesTableSkeleton() {
  return (
    <div className={table.frame} role="status" aria-label={m.common.loading}>
      {Array.from({ length: 8 }, (_, index) => (
        <div key={String(index)} className={`${table.bone} ${styles.bone}`}>
          <Skeleton height={16} width="28%" />
          <Skeleton height={16} width="12%" />
          <Skeleton height={16} width="16%" />
          <Skeleton height={16} width="10%" ml="auto" />
        </div>
      ))}
    </div>
  );
}
