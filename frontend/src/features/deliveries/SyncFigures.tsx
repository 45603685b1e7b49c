import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { explain } from "@/api/problem";
import { reconciliationsQuery } from "@/api/queries/deliveries";
import type { Reconciliation } from "@/api/types";
import { deliveries } from "@/i18n/en/deliveries";
import { count, nearlyAll } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { Ago } from "@/ui/Time";
import { latestPerConnection } from "./model";
import styles from "./SyncFigures.module.css";

const t = deliveries.figures;

/** Whether the CRM still holds what was written, as last night's comparison found it. */
export function SyncFigures() {
  const query = useQuery(reconciliationsQuery);
  const latest = latestPerConnection(query.data ?? []);
  return (
    <section className={styles.panel} aria-labelledby="sync-figures">
      <h2 id="sync-figures" className={styles.title}>
        {t.title}
      </h2>
      {query.isError ? (
        <ErrorState what={t.what} message={explain(query.error)} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <div role="status" aria-label={m.common.loading}>
          <Skeleton height={64} />
        </div>
      ) : latest.length === 0 ? (
        <p className="meta">
          {t.intro} {t.none}
        </p>
      ) : (
        latest.map((each) => <Figures key={each.id} figures={each} named={latest.length > 1} />)
      )}
    </section>
  );
}

function Figures({ figures, named }: { figures: Reconciliation; named: boolean }) {
  const rows: [label: string, value: string, title?: string][] = [
    [t.accuracy, nearlyAll(figures.sync_accuracy)],
    [t.prevented, count(figures.duplicates_prevented)],
    [t.checked, count(figures.checked)],
    [t.missing, count(figures.missing)],
    [t.changed, count(figures.changed)],
    [t.twins, count(figures.twins), t.twinsTitle],
  ];
  return (
    <div>
      <p className="meta">
        {named ? t.comparedOf(figures.connection.name) : t.compared} <Ago iso={figures.at} />
      </p>
      <dl className={styles.figures}>
        {rows.map(([label, value, title]) => (
          <div key={label} title={title}>
            <dt className="meta">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
