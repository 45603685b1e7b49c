import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheckBig } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ApiError, explain } from "@/api/problem";
import { unmappedQuery, useUpdateChannel } from "@/api/queries/channels";
import { useCan } from "@/api/queries/session";
import type { NamedRef, UnmappedChannel } from "@/api/types";
import { channels as t } from "@/i18n/en/channels";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { patiently } from "@/ui/patiently";
import { failToast, undoToast } from "@/ui/toast";
import { ChannelTabs } from "./ChannelTabs";
import { UnmappedCard } from "./UnmappedCard";
import styles from "./UnmappedPage.module.css";
import { useInboxKeys } from "./useInboxKeys";
import { useMapping } from "./useMapping";

const AccountDialog = lazy(patiently(() => import("./AccountDialog")));

/** The channels that nobody knows the account of, the ones with the most waiting signals first. */
export default function UnmappedPage() {
  const mayWrite = useCan("channels:write");
  const query = useInfiniteQuery(unmappedQuery);
  const { run } = useMapping();
  const update = useUpdateChannel();
  /** Done here and on its way to the server: not shown any more, unless the server refuses or it is taken back. */
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [choosing, setChoosing] = useState<UnmappedChannel | null>(null);
  const items =
    query.data?.pages.flatMap(({ items }) => items).filter(({ channel }) => !gone.has(channel.id)) ?? [];
  const signals = items.reduce((sum, { waiting_signals }) => sum + waiting_signals, 0);

  const hide = (id: string) => setGone((before) => new Set(before).add(id));
  const show = (id: string) =>
    setGone((before) => {
      const next = new Set(before);
      next.delete(id);
      return next;
    });
  const map = async ({ channel }: UnmappedChannel, account: NamedRef) => {
    keys.leave(channel.id);
    hide(channel.id);
    const taken = await run([{ channel, account }], () => show(channel.id));
    if (!taken) show(channel.id);
  };
  const ignore = ({ channel }: UnmappedChannel) => {
    const { id, name, monitored } = channel;
    const failed = (error: unknown) => failToast(t.saveFailed(name), explain(error));
    keys.leave(id);
    hide(id);
    update.mutate(
      { id, class: "internal", monitored: false },
      {
        onSuccess: () =>
          undoToast("channel-ignored", t.inbox.ignored(name), () =>
            update.mutate(
              { id, class: channel.class, monitored },
              { onSuccess: () => show(id), onError: failed },
            ),
          ),
        onError: (error) => {
          show(id);
          failed(error);
        },
      },
    );
  };
  const keys = useInboxKeys(items, mayWrite && choosing === null, { map, ignore, choose: setChoosing });

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t.inbox.title}</h1>
        <span className="meta" role="status">
          {query.isSuccess && items.length > 0 && t.inbox.total(items.length, signals, query.hasNextPage)}
        </span>
      </header>
      <ChannelTabs />
      {query.isError ? (
        <ErrorState
          what={t.inbox.what}
          message={explain(query.error)}
          reference={query.error instanceof ApiError ? query.error.requestId : null}
          retry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <div className={styles.list} role="status" aria-label={m.common.loading}>
          {[0, 1, 2, 3].map((index) => (
            <Skeleton key={index} height={148} radius={8} />
          ))}
        </div>
      ) : items.length === 0 && !query.hasNextPage ? (
        <EmptyState
          icon={CircleCheckBig}
          title={t.inbox.emptyTitle}
          text={t.inbox.emptyText}
          action={
            <Button size="sm" renderRoot={(props) => <Link to="/channels" {...props} />}>
              {t.inbox.emptyAction}
            </Button>
          }
        />
      ) : (
        <>
          <p className={styles.intro}>
            {t.inbox.intro} {mayWrite ? <span className={styles.keys}>{t.inbox.keys}</span> : t.readOnly}
          </p>
          <div className={styles.list}>
            {items.map((item) => (
              <UnmappedCard
                key={item.channel.id}
                item={item}
                mayWrite={mayWrite}
                onAccept={(account) => void map(item, account)}
                onChoose={() => setChoosing(item)}
                onIgnore={() => ignore(item)}
              />
            ))}
          </div>
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
      <Suspense fallback={null}>
        {choosing && (
          <AccountDialog
            channels={[choosing.channel]}
            onClose={() => setChoosing(null)}
            onChoose={(account) => account && void map(choosing, account)}
          />
        )}
      </Suspense>
    </div>
  );
}
