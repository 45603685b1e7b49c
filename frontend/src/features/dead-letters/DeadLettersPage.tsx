import { Button, NativeSelect, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheckBig, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useLiveEvents } from "@/api/live";
import { ApiError, explain } from "@/api/problem";
import { deadLettersQuery, useRetryAllDeadLetters } from "@/api/queries/deadLetters";
import { useCan } from "@/api/queries/session";
import { deadLetters as t } from "@/i18n/en/deadLetters";
import { m } from "@/i18n/messages.en";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { failToast, toast } from "@/ui/toast";
import { DeadLetterCard } from "./DeadLetterCard";
import styles from "./DeadLettersPage.module.css";

/** What needs a person: why it failed in plain words, what the other side said, and what to do. */
export default function DeadLettersPage() {
  const client = useQueryClient();
  const query = useInfiniteQuery(deadLettersQuery);
  const mayWrite = useCan("dead_letters:write");
  const mayDeliveries = useCan("deliveries:read");
  const [chosen, setDestination] = useState("");
  useLiveEvents(({ type }) => {
    if (type === "dead_letters.changed" || type === "poll" || type === "reset") {
      void client.invalidateQueries({ queryKey: deadLettersQuery.queryKey });
    }
  });
  const all = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const destinations = [...new Set(all.flatMap(({ destination }) => destination ?? []))].sort();
  const destination = destinations.includes(chosen) ? chosen : "";
  const shown = destination ? all.filter((letter) => letter.destination === destination) : all;

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t.title}</h1>
        <span className="meta" role="status">
          {query.isSuccess && all.length > 0 && t.shown(shown.length)}
        </span>
        {destinations.length > 1 && (
          <NativeSelect
            className={styles.destination}
            aria-label={t.only}
            value={destination}
            data={[{ value: "", label: `${t.only}: ${t.all.toLowerCase()}` }, ...destinations]}
            onChange={(event) => setDestination(event.currentTarget.value)}
          />
        )}
        {mayWrite && shown.length > 1 && (
          <RetryAll letters={shown.length} more={query.hasNextPage} destination={destination || null} />
        )}
      </header>
      <p className={styles.intro}>
        {mayWrite ? t.intro : t.readOnly} {mayDeliveries && <Link to="/deliveries">{t.allDeliveries}</Link>}
      </p>
      {query.isError ? (
        <ErrorState
          what={t.what}
          message={explain(query.error)}
          reference={query.error instanceof ApiError ? query.error.requestId : null}
          retry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <div className={styles.list} role="status" aria-label={m.common.loading}>
          {[0, 1, 2].map((index) => (
            <Skeleton key={index} height={188} radius={8} />
          ))}
        </div>
      ) : all.length === 0 ? (
        <EmptyState
          icon={CircleCheckBig}
          title={t.emptyTitle}
          text={t.emptyText}
          action={
            <Button size="sm" renderRoot={(props) => <Link to="/" {...props} />}>
              {t.emptyAction}
            </Button>
          }
        />
      ) : (
        <div className={styles.list}>
          {shown.map((letter) => (
            <DeadLetterCard key={letter.id} letter={letter} mayWrite={mayWrite} />
          ))}
          {query.hasNextPage && (
            <Button
              variant="default"
              size="sm"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {m.common.loadMore}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function RetryAll({
  letters,
  more,
  destination,
}: {
  letters: number;
  more: boolean;
  destination: string | null;
}) {
  const [asking, setAsking] = useState(false);
  const retryAll = useRetryAllDeadLetters();
  const confirm = () =>
    retryAll.mutate(destination, {
      onSuccess: (retried) => {
        setAsking(false);
        toast(t.retriedAll(retried));
      },
      onError: (error) => failToast(t.retryFailed, explain(error)),
    });
  return (
    <>
      <Button
        variant="default"
        size="sm"
        leftSection={<RotateCcw size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {more ? t.retryAllDo : t.retryAll(letters)}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={more ? t.retryAllTitleMore : t.retryAllTitle(letters)}
        confirm={t.retryAllDo}
        busy={retryAll.isPending}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      >
        <p>{t.retryAllText}</p>
      </ConfirmDialog>
    </>
  );
}
