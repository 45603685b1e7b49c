import { type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useLiveEvents } from "@/api/live";
import { patchSignal, prependSignals } from "@/api/queries/signalCache";
import {
  fetchSignals,
  SIGNAL_PAGE,
  type SignalListQuery,
  signalCountsQuery,
  signalListQuery,
  signalQuery,
} from "@/api/queries/signals";
import type { Signal } from "@/api/types";
import { highPriorityQuery } from "./filters";
import { newSince, summary } from "./model";

/** Rows of the section above the feed before "Show more". */
export const HIGH_PAGE = 5;
/** Bursts of events are answered together: one look at the list a second at most. */
const LOOK_EVERY_MS = 1_000;
/** More changed rows than this in one burst are read with one list request instead of one by one. */
const SINGLE_READS = 10;

export function prefetchFeed(client: QueryClient, query: SignalListQuery) {
  void client.prefetchInfiniteQuery(signalListQuery(query));
  void client.prefetchInfiniteQuery(signalListQuery(highPriorityQuery(query), HIGH_PAGE));
  void client.prefetchQuery(signalCountsQuery(query));
}

/** The two lists of the feed, their counts, and the signals that came since and wait to be shown. */
export function useFeed(query: SignalListQuery, high: SignalListQuery) {
  const client = useQueryClient();
  const list = useInfiniteQuery(signalListQuery(query));
  const highList = useInfiniteQuery(signalListQuery(high, HIGH_PAGE));
  const counts = useQuery(signalCountsQuery(query));
  const { fresh, setFresh } = useNews(query);

  const highSignals = rows(highList.data?.pages);
  const inHigh = new Set(highSignals.map(({ id }) => id));
  const signals = rows(list.data?.pages).filter(({ id }) => !inHigh.has(id));
  const dropped = (list.data?.pages[0]?.trail.length ?? 0) * SIGNAL_PAGE;

  const showFresh = async () => {
    setFresh([]);
    const key = signalListQuery(query).queryKey;
    if (fresh.length >= SIGNAL_PAGE || dropped > 0) await client.resetQueries({ queryKey: key });
    else prependSignals(client, key, fresh);
    await Promise.all([highList.refetch(), counts.refetch()]);
    return fresh[0]?.id;
  };

  // Nobody is reading an empty list, so nothing can shift under their eyes.
  const showAtOnce = useEffectEvent(() => {
    if (fresh.length > 0 && list.isSuccess && signals.length + highSignals.length === 0) void showFresh();
  });
  useEffect(() => {
    if (fresh.length > 0) showAtOnce();
  }, [fresh]);

  return { list, highList, counts, highSignals, signals, dropped, fresh, showFresh };
}

/** Listens to the stream: keeps held rows up to date in their places and collects what is new. */
function useNews(query: SignalListQuery) {
  const client = useQueryClient();
  const [fresh, setFresh] = useState<Signal[]>([]);
  const queryText = JSON.stringify(query);
  const [shownFor, setShownFor] = useState(queryText);
  if (shownFor !== queryText) {
    setShownFor(queryText);
    setFresh([]);
  }

  const look = useThrottled(LOOK_EVERY_MS, async () => {
    void client.invalidateQueries({ queryKey: ["signals", "counts"] });
    const key = signalListQuery(query).queryKey;
    const data = client.getQueryData(key);
    if (!data) return;
    const head = await fetchSignals(query, { limit: SIGNAL_PAGE }).catch(() => null);
    if (head) setFresh(newSince(head.items, rows(data.pages)));
  });

  const changed = useRef(new Set<string>());
  const reread = useThrottled(LOOK_EVERY_MS / 2, async () => {
    const ids = [...changed.current];
    changed.current.clear();
    void client.invalidateQueries({ queryKey: ["signals", "counts"] });
    if (ids.length > SINGLE_READS) {
      await client.invalidateQueries({ queryKey: ["signals", "list"], refetchType: "active" });
      return;
    }
    for (const id of ids) {
      const detail = await client.fetchQuery({ ...signalQuery(id), staleTime: 0 }).catch(() => null);
      if (detail) patchSignal(client, id, () => summary(detail));
    }
  });

  useLiveEvents((event) => {
    if (event.type === "signal.created" && concerns(query, event.kind, event.account_id)) look();
    if (event.type === "signal.updated" && event.signal_id && isHeld(client, event.signal_id)) {
      changed.current.add(event.signal_id);
      reread();
    }
    if (event.type === "poll") look();
    if (event.type === "reset") void client.invalidateQueries();
  });

  return { fresh, setFresh };
}

function concerns(query: SignalListQuery, kind?: string, account?: string | null): boolean {
  const kindFits = !query.kind || !kind || query.kind.split(",").includes(kind);
  return kindFits && (!query.account_id || !account || query.account_id === account);
}

function isHeld(client: QueryClient, id: string): boolean {
  if (client.getQueryData(signalQuery(id).queryKey)) return true;
  return client
    .getQueriesData<{ pages: { items: Signal[] }[] }>({ queryKey: ["signals", "list"] })
    .some(([, data]) => data?.pages.some(({ items }) => items.some((item) => item.id === id)));
}

function rows(pages: { items: Signal[] }[] | undefined): Signal[] {
  return pages?.flatMap(({ items }) => items) ?? [];
}

/** Runs at once, and then again at most once per interval while calls keep coming. */
function useThrottled(interval: number, run: () => Promise<void>) {
  const latest = useEffectEvent(run);
  const state = useRef({ waiting: false, again: false });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const trigger = useRef(() => {});
  useEffect(() => {
    trigger.current = () => {
      if (state.current.waiting) {
        state.current.again = true;
        return;
      }
      state.current.waiting = true;
      void latest();
      timer.current = setTimeout(() => {
        const { again } = state.current;
        state.current = { waiting: false, again: false };
        if (again) trigger.current();
      }, interval);
    };
  }, [interval]);
  return () => trigger.current();
}
