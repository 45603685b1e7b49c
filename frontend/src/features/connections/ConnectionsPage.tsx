import { Button, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Cable, CircleCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useLiveEvents } from "@/api/live";
import { ApiError, explain } from "@/api/problem";
import { connectionsQuery, vendorsQuery } from "@/api/queries/connections";
import { connections as t } from "@/i18n/en/connections";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { StatusWord } from "@/ui/StatusWord";
import { CallbackNotice } from "./CallbackNotice";
import { ConnectionCard } from "./ConnectionCard";
import styles from "./ConnectionsPage.module.css";
import { slots } from "./model";
import { OfferCard } from "./OfferCard";
import type { ConnectorsSearch } from "./search";

interface ConnectionsPageProps {
  search: ConnectorsSearch;
  children: ReactNode;
}

/** Whether everything Momentum reads from and writes to works, and what was missed while it did not. */
export default function ConnectionsPage({ search, children }: ConnectionsPageProps) {
  const client = useQueryClient();
  const query = useQuery(connectionsQuery);
  const vendors = useQuery(vendorsQuery);
  useLiveEvents(({ type }) => {
    if (
      type === "connection.updated" ||
      type === "dead_letters.changed" ||
      type === "poll" ||
      type === "reset"
    ) {
      void client.invalidateQueries({ queryKey: connectionsQuery.queryKey });
    }
  });
  const connections = query.data ?? [];
  const offers = vendors.data ?? [];
  const troubled = connections.filter(({ status }) => status !== "connected").length;

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t.title}</h1>
        <span role="status">
          {connections.length > 0 &&
            (troubled === 0 ? (
              <StatusWord icon={CircleCheck} tone="good">
                {t.healthy}
              </StatusWord>
            ) : (
              <StatusWord icon={TriangleAlert} tone="warn">
                {t.attention(troubled)}
              </StatusWord>
            ))}
        </span>
      </header>
      <CallbackNotice search={search} offers={offers} />
      {query.isError ? (
        <ErrorState
          what={t.what}
          message={explain(query.error)}
          reference={query.error instanceof ApiError ? query.error.requestId : null}
          retry={() => void query.refetch()}
        />
      ) : query.isPending || vendors.isPending ? (
        <div className={styles.grid} role="status" aria-label={m.common.loading}>
          <Skeleton height={420} radius={8} />
          <Skeleton height={420} radius={8} />
          <Skeleton height={200} radius={8} />
        </div>
      ) : (
        <>
          {connections.length === 0 && (
            <EmptyState
              icon={Cable}
              title={t.emptyTitle}
              text={t.emptyText}
              action={
                <Button size="sm" variant="default" component="a" href="#import">
                  {t.emptyAction}
                </Button>
              }
            />
          )}
          <div className={styles.grid}>
            {slots(connections, offers).map(({ vendor, connection, offer }) =>
              connection ? (
                <ConnectionCard key={connection.id} connection={connection} offer={offer} />
              ) : (
                offer && <OfferCard key={vendor} offer={offer} />
              ),
            )}
          </div>
          {vendors.isError && (
            <ErrorState
              what={t.offers}
              message={explain(vendors.error)}
              retry={() => void vendors.refetch()}
            />
          )}
        </>
      )}
      {children}
    </div>
  );
}
