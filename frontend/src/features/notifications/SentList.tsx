import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellOff, BellRing, CircleCheck, CircleX, Clock, type LucideIcon, Moon } from "lucide-react";
import { ApiError, explain } from "@/api/problem";
import { notificationsQuery } from "@/api/queries/notifications";
import type { NotificationItem } from "@/api/types";
import { notifications } from "@/i18n/en/notifications";
import { words } from "@/i18n/format";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { StatusWord, type Tone } from "@/ui/StatusWord";
import { Ago, Moment } from "@/ui/Time";
import styles from "./SentList.module.css";

const t = notifications.sent;
const STATE: Record<NotificationItem["state"], { icon: LucideIcon; tone: Tone }> = {
  held: { icon: Moon, tone: "warn" },
  pending: { icon: Clock, tone: "plain" },
  sent: { icon: CircleCheck, tone: "good" },
  suppressed: { icon: BellOff, tone: "plain" },
  failed: { icon: CircleX, tone: "bad" },
};

/** What was sent to somebody and what was not, each with its reason. */
export function SentList({ memberId }: { memberId: string | null }) {
  const query = useInfiniteQuery(notificationsQuery(memberId));
  const items = query.data?.pages.flatMap(({ items }) => items) ?? [];
  if (query.isError) {
    return (
      <ErrorState
        what={t.what}
        message={explain(query.error)}
        reference={query.error instanceof ApiError ? query.error.requestId : null}
        retry={() => void query.refetch()}
      />
    );
  }
  if (query.isPending) {
    return (
      <div className={styles.list} role="status" aria-label={m.common.loading}>
        {[0, 1, 2, 3, 4, 5].map((index) => (
          <div key={index} className={styles.row}>
            <Skeleton height={16} width="40%" />
            <Skeleton height={16} width={80} />
          </div>
        ))}
      </div>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState
        icon={BellRing}
        title={t.emptyTitle}
        text={t.emptyText}
        action={
          <Button
            size="sm"
            renderRoot={(props) => (
              <Link to="/settings/notifications" search={{ member: memberId ?? undefined }} {...props} />
            )}
          >
            {t.emptyAction}
          </Button>
        }
      />
    );
  }
  return (
    <>
      <p className={styles.intro}>{t.intro}</p>
      <ul className={styles.list}>
        {items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
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
  );
}

function Row({ item }: { item: NotificationItem }) {
  const { signal, purpose, way, state, reason, due_at, sent_at } = item;
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        {signal ? (
          <Link to="/signals/$id" params={{ id: signal.id }}>
            {signal.name}
          </Link>
        ) : (
          <span>{t.purposes[purpose]}</span>
        )}
        <span className="meta">
          {signal && `${t.purposes[purpose]} `}
          {t.ways[way]} ·{" "}
          {sent_at ? (
            <Ago iso={sent_at} />
          ) : (
            <>
              {t.due} <Moment iso={due_at} />
            </>
          )}
        </span>
        {reason && <span>{t.reasons[reason] ?? words(reason)}</span>}
      </div>
      <StatusWord {...STATE[state]}>{t.states[state]}</StatusWord>
    </li>
  );
}
