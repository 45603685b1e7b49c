import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { useLiveEvents } from "@/api/live";
import { ApiError, explain } from "@/api/problem";
import { connectionsQuery } from "@/api/queries/connections";
import { deliveriesQuery } from "@/api/queries/deliveries";
import { useCan } from "@/api/queries/session";
import { deliveries as t } from "@/i18n/en/deliveries";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import styles from "./DeliveriesPage.module.css";
import { DeliveriesTable, DeliveriesTableSkeleton } from "./DeliveriesTable";
import { DeliveryFilters } from "./DeliveryFilters";
import { RetryMany } from "./RetryMany";
import { SyncFigures } from "./SyncFigures";
import { type DeliveriesSearch, deliveryFilter, isFiltered } from "./search";
import { UndoRecent } from "./UndoDialog";

/** What was written to the CRM, what is on its way, what it refused and why, and how to take writes back. */
export default function DeliveriesPage({ search }: { search: DeliveriesSearch }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const query = useInfiniteQuery(deliveriesQuery(deliveryFilter(search)));
  const mayWrite = useCan("deliveries:write");
  useLiveEvents(({ type }) => {
    if (type === "dead_letters.changed" || type === "signal.updated" || type === "poll" || type === "reset") {
      void client.invalidateQueries({ queryKey: ["deliveries", "list"] });
    }
  });
  const records = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const filtered = isFiltered(search);
  const change = (next: DeliveriesSearch) =>
    void navigate({ to: "/deliveries", search: next, resetScroll: false });

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t.title}</h1>
        <span className="meta" role="status">
          {query.isSuccess && records.length > 0 && t.shown(records.length, query.hasNextPage)}
        </span>
        <DeadLettersLink />
        {mayWrite && <UndoRecent />}
        {mayWrite && <RetryMany records={records} system={search.system ?? null} />}
      </header>
      <p className={styles.intro}>{mayWrite ? t.intro : t.readOnly}</p>
      <SyncFigures />
      <DeliveryFilters search={search} records={records} onChange={change} />
      {query.isError ? (
        <ErrorState
          what={t.what}
          message={explain(query.error)}
          reference={query.error instanceof ApiError ? query.error.requestId : null}
          retry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <DeliveriesTableSkeleton />
      ) : records.length === 0 ? (
        <EmptyState
          icon={Send}
          title={filtered ? t.emptyFilteredTitle : t.emptyTitle}
          text={filtered ? t.emptyFilteredText : t.emptyText}
          action={
            <Button size="sm" onClick={() => (filtered ? change({}) : void navigate({ to: "/connectors" }))}>
              {filtered ? t.filters.clear : t.emptyAction}
            </Button>
          }
        />
      ) : (
        <>
          <DeliveriesTable records={records} mayWrite={mayWrite} />
          {query.hasNextPage && (
            <Button
              variant="default"
              size="sm"
              className={styles.more}
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {m.common.loadMore}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function DeadLettersLink() {
  const mayConnections = useCan("connections:read");
  const mayDeadLetters = useCan("dead_letters:read");
  const { data } = useQuery({ ...connectionsQuery, enabled: mayConnections && mayDeadLetters });
  if (!mayDeadLetters) return null;
  const waiting = data?.reduce((sum, { dead_letters }) => sum + dead_letters, 0) ?? 0;
  return (
    <Link to="/dead-letters" className={styles.deadLetters}>
      {t.toDeadLetters(waiting)}
    </Link>
  );
}
