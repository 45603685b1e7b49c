import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { CircleX, Lock, type LucideIcon, Trash2 } from "lucide-react";
import { explain } from "@/api/problem";
import type { Delivery, UndoOutcome } from "@/api/types";
import { deliveries } from "@/i18n/en/deliveries";
import { preview } from "@/i18n/en/preview";
import { m } from "@/i18n/messages.en";
import { systemName } from "@/ui/crm";
import { ErrorState } from "@/ui/ErrorState";
import { recordName } from "@/ui/recordName";
import { undoneCount } from "./model";
import styles from "./UndoPlan.module.css";

const t = deliveries.undo;
/** So many records of a kind are named; a list of hundreds helps nobody to decide. */
const SHOWN = 5;

/** What an undo would delete, close and leave alone, each with the records it means. */
export function UndoPlan({ plan }: { plan: UseQueryResult<UndoOutcome> }) {
  if (plan.isError) {
    return <ErrorState what={t.what} message={explain(plan.error)} retry={() => void plan.refetch()} />;
  }
  if (plan.isPending) {
    return (
      <div role="status" aria-label={m.common.loading} className={styles.plan}>
        <Skeleton height={20} width="60%" />
        <Skeleton height={16} />
        <Skeleton height={16} />
      </div>
    );
  }
  const { undone, closed, refused, has_more } = plan.data;
  return (
    <div className={styles.plan} role="status">
      {undoneCount(plan.data) === 0 && <p>{t.nothing}</p>}
      <Group icon={Trash2} title={t.deleted(undone.length)} records={undone.map((record) => ({ record }))} />
      <Group icon={Lock} title={t.closed(closed.length)} records={closed.map((record) => ({ record }))} />
      <Group
        icon={CircleX}
        title={t.refused(refused.length)}
        records={refused.map(({ delivery, reason }) => ({ record: delivery, reason }))}
      />
      {has_more && <p>{t.hasMore}</p>}
    </div>
  );
}

interface GroupProps {
  icon: LucideIcon;
  title: string;
  records: { record: Delivery; reason?: string }[];
}

function Group({ icon: Icon, title, records }: GroupProps) {
  if (records.length === 0) return null;
  return (
    <section>
      <h3 className={styles.title}>
        <Icon size={16} aria-hidden />
        {title}
      </h3>
      <ul className={styles.records}>
        {records.slice(0, SHOWN).map(({ record, reason }) => (
          <li key={record.id}>
            {recordName(record.system, record.record_type)} {preview.inSystem(systemName(record.system))}
            {(record.account ?? record.signal) && `: ${record.account?.name ?? record.signal?.title}`}
            {reason && <span className="meta">{reason}</span>}
          </li>
        ))}
        {records.length > SHOWN && <li className="meta">{t.more(records.length - SHOWN)}</li>}
      </ul>
    </section>
  );
}
