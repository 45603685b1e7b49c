import { useNavigate, useParams } from "@tanstack/react-router";
import { ArrowUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ApiError, explain } from "@/api/problem";
import { useMe } from "@/api/queries/session";
import type { Signal } from "@/api/types";
import { m } from "@/i18n/messages.en";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { Select } from "@/ui/Select";
import { CardSkeleton } from "./CardSkeleton";
import { FeedEmpty } from "./FeedEmpty";
import { FeedList, type FeedListHandle } from "./FeedList";
import styles from "./FeedPage.module.css";
import { FilterBar } from "./FilterBar";
import { useFeed } from "./feed";
import { activeFilters, type FeedSearch, feedQuery, highPriorityQuery, PERIODS, periodOf } from "./filters";
import { SignalCard } from "./SignalCard";
import { LIST_PATH, type Scope } from "./scope";
import { type FeedFocus, useFeedKeys } from "./useFeedKeys";
import { TriageProvider, useTriage } from "./useTriage";

/** The feed: what is urgent, then everything of the period, newest first. The address holds the filters. */
export function FeedPage({ scope, search }: { scope: Scope; search: FeedSearch }) {
  const [flash, setFlash] = useState<ReadonlySet<string>>(new Set());
  const focus = useRef<FeedFocus>({ leave() {}, go() {} });
  return (
    <TriageProvider
      onLeave={(id) => focus.current.leave(id)}
      onReturn={(id) => {
        setFlash(new Set([id]));
        focus.current.go(id);
      }}
    >
      <Feed scope={scope} search={search} flash={flash} setFlash={setFlash} focus={focus} />
    </TriageProvider>
  );
}

interface FeedProps {
  scope: Scope;
  search: FeedSearch;
  flash: ReadonlySet<string>;
  setFlash(ids: ReadonlySet<string>): void;
  focus: React.RefObject<FeedFocus>;
}

function Feed({ scope, search, flash, setFlash, focus }: FeedProps) {
  const me = useMe();
  const navigate = useNavigate();
  const { creating } = useTriage();
  const listHandle = useRef<FeedListHandle>(null);
  const query = feedQuery(search, scope === "mine" ? me.member.id : undefined);
  const feed = useFeed(query, highPriorityQuery(query));
  const { list, highList, counts, highSignals, signals, dropped, fresh } = feed;
  const openId = useParams({ strict: false }).id;
  const lastOpenId = useRef(openId);
  useEffect(() => {
    // Whoever closes a signal goes on from its row.
    if (lastOpenId.current && !openId) focus.current.go(lastOpenId.current);
    lastOpenId.current = openId;
  }, [openId, focus]);
  const filtered = activeFilters(search).length > 0;
  const total = counts.data?.total;

  const change = (next: FeedSearch, typing = false) =>
    void navigate({ to: LIST_PATH[scope], search: next, replace: typing, resetScroll: false });
  const showNew = async () => {
    setFlash(new Set(fresh.map(({ id }) => id)));
    window.scrollTo({ top: 0 });
    const id = await feed.showFresh();
    if (id) focus.current.go(id);
  };
  useFeedKeys({
    scope,
    search,
    highSignals,
    signals,
    list: listHandle,
    focus,
    active: !openId,
    showNew: fresh.length > 0 ? () => void showNew() : undefined,
  });

  const card = (signal: Signal, position: number, setSize: number) => (
    <SignalCard
      signal={signal}
      position={position}
      setSize={setSize}
      creating={creating.has(signal.id)}
      memberId={me.member.id}
      search={search}
      scope={scope}
      flash={flash.has(signal.id)}
    />
  );
  const loading = list.isPending || highList.isPending;
  const empty = !loading && signals.length + highSignals.length === 0;

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{scope === "mine" ? m.feed.mineTitle : m.feed.title}</h1>
        <span className="meta" role="status">
          {total === undefined ? "" : m.feed.total(total)}
        </span>
        <Select
          className={styles.period}
          label={m.feed.period}
          value={periodOf(search)}
          options={PERIODS.map((value) => ({ value, label: m.feed.periods[value] }))}
          onChange={(period) => change({ ...search, period: period === "7d" ? undefined : period })}
        />
      </header>
      {scope === "mine" && <p className="meta">{m.feed.mineIntro}</p>}
      <FilterBar search={search} counts={counts.data} withRep={scope === "all"} onChange={change} />
      <div className={styles.pill} role="status">
        {fresh.length > 0 && (
          <Button round size="sm" icon={ArrowUp} onClick={() => void showNew()}>
            {m.feed.showNew(fresh.length)}
          </Button>
        )}
      </div>
      {list.isError && !list.data ? (
        <ErrorState
          what={m.feed.what}
          message={explain(list.error)}
          reference={list.error instanceof ApiError ? list.error.requestId : null}
          retry={() => void Promise.all([list.refetch(), highList.refetch(), counts.refetch()])}
        />
      ) : empty ? (
        <FeedEmpty scope={scope} search={search} change={change} />
      ) : (
        <div className={styles.sections} data-stale={list.isPlaceholderData || undefined}>
          <section aria-labelledby="high-priority" className={styles.section}>
            <h2 id="high-priority">{m.feed.high}</h2>
            {loading ? (
              // One shape for both sections: nothing that stands may move when it is known how much is urgent.
              Array.from({ length: 6 }, (_, index) => <CardSkeleton key={String(index)} />)
            ) : highSignals.length === 0 ? (
              <p className={styles.none}>{filtered ? m.feed.highNoneFiltered : m.feed.highNone}</p>
            ) : (
              <div role="feed" aria-labelledby="high-priority" className={styles.cards}>
                {highSignals.map((signal, index) => (
                  <div key={signal.id}>
                    {card(signal, index + 1, highList.hasNextPage ? -1 : highSignals.length)}
                  </div>
                ))}
              </div>
            )}
            {highList.hasNextPage && (
              <Button
                className={styles.more}
                variant="subtle"
                busy={highList.isFetchingNextPage}
                onClick={() => void highList.fetchNextPage()}
              >
                {m.common.loadMore}
              </Button>
            )}
          </section>
          {!loading && (
            <section aria-labelledby="period" className={styles.section}>
              <h2 id="period">{m.feed.periods[periodOf(search)]}</h2>
              <FeedList
                ref={listHandle}
                labelledBy="period"
                signals={signals}
                dropped={dropped}
                hasNext={list.hasNextPage}
                busy={list.isFetchingNextPage || list.isFetchingPreviousPage}
                onNext={() => void list.fetchNextPage()}
                onPrevious={() => void list.fetchPreviousPage()}
                row={(signal, position) =>
                  card(signal, position, list.hasNextPage ? (total ?? -1) : dropped + signals.length)
                }
              />
              {list.isFetchNextPageError && (
                <Button variant="default" onClick={() => void list.fetchNextPage()}>
                  {`${m.feed.moreFailed} ${m.common.retry}`}
                </Button>
              )}
              {list.isSuccess && !list.hasNextPage && (
                <p className={styles.end}>{m.feed.end(m.feed.periods[periodOf(search)])}</p>
              )}
            </section>
          )}
        </div>
      )}
    </div>
  );
}
