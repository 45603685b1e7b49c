import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Hash } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ApiError, explain } from "@/api/problem";
import { channelsQuery, mappingsQuery } from "@/api/queries/channels";
import { useCan } from "@/api/queries/session";
import type { Channel } from "@/api/types";
import { channels as t } from "@/i18n/en/channels";
import { m } from "@/i18n/messages.en";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Notice";
import { patiently } from "@/ui/patiently";
import { Backfills } from "./Backfills";
import { ChannelFilters } from "./ChannelFilters";
import styles from "./ChannelsPage.module.css";
import { ChannelsTable, ChannelsTableSkeleton } from "./ChannelsTable";
import { ChannelTabs } from "./ChannelTabs";
import { type ChannelSearch, channelFilter } from "./filters";
import { isFiltered, suggestedOf } from "./model";
import { SelectionBar } from "./SelectionBar";
import { useMapping } from "./useMapping";

const AccountDialog = lazy(patiently(() => import("./AccountDialog")));
const HistoryDialog = lazy(patiently(() => import("./HistoryDialog")));

/** Which channel is whose: the whole table, with everything that can be changed about a channel in its row. */
export default function ChannelsPage({ search }: { search: ChannelSearch }) {
  const navigate = useNavigate();
  const mayWrite = useCan("channels:write");
  const mayImports = useCan("imports:read");
  const mayRead = useCan("imports:write");
  const query = useInfiniteQuery(channelsQuery(channelFilter(search)));
  const mappings = useQuery(mappingsQuery);
  const mapping = useMapping();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [choosing, setChoosing] = useState<Channel[] | null>(null);
  const [reading, setReading] = useState<Channel | null>(null);
  const channels = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const chosen = channels.filter(({ id }) => selected.has(id));
  const suggested = suggestedOf(chosen);
  const filtered = isFiltered(search);

  const change = (next: ChannelSearch, typing = false) => {
    setSelected(new Set());
    void navigate({ to: "/channels", search: next, replace: typing, resetScroll: false });
  };
  const select = (ids: string[], on: boolean) => {
    const next = new Set(selected);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    setSelected(next);
  };
  const map = async (changes: Parameters<typeof mapping.run>[0]) => {
    if (await mapping.run(changes)) setSelected(new Set());
  };

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t.title}</h1>
        <span className="meta" role="status">
          {query.isSuccess && (query.hasNextPage ? t.shown(channels.length) : t.count(channels.length))}
        </span>
      </header>
      <ChannelTabs />
      {!mayWrite && <p className={styles.intro}>{t.readOnly}</p>}
      {mayImports && <Backfills />}
      <ChannelFilters search={search} onChange={change} />
      {query.isError ? (
        <ErrorState
          what={t.what}
          message={explain(query.error)}
          reference={query.error instanceof ApiError ? query.error.requestId : null}
          retry={() => void query.refetch()}
        />
      ) : query.isPending ? (
        <ChannelsTableSkeleton />
      ) : channels.length === 0 ? (
        <EmptyState
          icon={Hash}
          title={filtered ? t.emptyFilteredTitle : t.emptyTitle}
          text={filtered ? t.emptyFilteredText : t.emptyText}
          action={
            <Button size="sm" onClick={() => (filtered ? change({}) : void navigate({ to: "/connectors" }))}>
              {filtered ? t.clear : t.emptyAction}
            </Button>
          }
        />
      ) : (
        <>
          <ChannelsTable
            channels={channels}
            mappings={mappings.data}
            selected={selected}
            onSelectAll={(all) =>
              select(
                channels.map(({ id }) => id),
                all,
              )
            }
            onSelect={(id, on) => select([id], on)}
            onChoose={(channel) => setChoosing([channel])}
            onAccept={(channel) => void map(suggestedOf([channel]))}
            onHistory={mayRead ? setReading : null}
          />
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
      {chosen.length > 0 && (
        <SelectionBar
          chosen={chosen.length}
          suggestions={suggested.length}
          busy={mapping.isPending}
          onMap={() => setChoosing(chosen)}
          onAccept={() => void map(suggested)}
          onClear={() => setSelected(new Set())}
        />
      )}
      <Suspense fallback={null}>
        {choosing && (
          <AccountDialog
            channels={choosing}
            onClose={() => setChoosing(null)}
            onChoose={(account) =>
              void map(
                choosing
                  .filter((channel) => account !== null || channel.account)
                  .map((channel) => ({ channel, account })),
              )
            }
          />
        )}
        {reading && <HistoryDialog channel={reading} onClose={() => setReading(null)} />}
      </Suspense>
    </div>
  );
}
