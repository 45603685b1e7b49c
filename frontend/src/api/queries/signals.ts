import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import type { paths } from "../schema";
import type { SignalAction, SignalDetail, SignalPage } from "../types";

type ListParameters = NonNullable<paths["/api/v1/signals"]["get"]["parameters"]["query"]>;
/** What a list of signals is asked with; `days` is counted back from the moment of asking. */
export type SignalListQuery = Omit<ListParameters, "cursor" | "limit" | "since" | "until"> & {
  days: number | null;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Rows a page; ten of them are held, so that a list never keeps more than 500. */
export const SIGNAL_PAGE = 50;
const PAGES_HELD = 10;

/** Where a page was read: its own cursor (null for the first page) and, in order, the cursors of all pages before it. */
interface Place {
  cursor: string | null;
  trail: (string | null)[];
}
export type HeldPage = SignalPage & Place;

export const signalListQuery = (filter: SignalListQuery, pageSize = SIGNAL_PAGE) =>
  infiniteQueryOptions({
    queryKey: ["signals", "list", filter, pageSize],
    queryFn: async ({ pageParam, signal }): Promise<HeldPage> => ({
      ...(await fetchSignals(filter, { limit: pageSize, cursor: pageParam.cursor ?? undefined }, signal)),
      ...pageParam,
    }),
    initialPageParam: { cursor: null, trail: [] } as Place,
    getNextPageParam: (last): Place | null =>
      last.next_cursor ? { cursor: last.next_cursor, trail: [...last.trail, last.cursor] } : null,
    // Pages dropped from the front come back by the cursor they were first asked with.
    getPreviousPageParam: ({ trail }): Place | null =>
      trail.length > 0 ? { cursor: trail.at(-1) ?? null, trail: trail.slice(0, -1) } : null,
    maxPages: PAGES_HELD,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const signalCountsQuery = (filter: SignalListQuery) =>
  queryOptions({
    queryKey: ["signals", "counts", filter],
    queryFn: async ({ signal }) => {
      const { days, sort: _, ...query } = filter;
      return body(
        await api.GET("/api/v1/signals/counts", {
          params: { query: { ...query, since: sinceOf(days) } },
          signal,
        }),
      );
    },
    placeholderData: keepPreviousData,
  });

export const signalQuery = (id: string) =>
  queryOptions({
    queryKey: ["signals", "detail", id],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/signals/{id}", { params: { path: { id } }, signal })),
  });

export async function fetchSignals(
  filter: SignalListQuery,
  page: { limit: number; cursor?: string },
  signal?: AbortSignal,
): Promise<SignalPage> {
  const { days, ...query } = filter;
  return body(
    await api.GET("/api/v1/signals", {
      params: { query: { ...query, ...page, since: sinceOf(days) } },
      signal,
    }),
  );
}

export async function actOnSignal(id: string, action: SignalAction): Promise<SignalDetail> {
  return body(await api.POST("/api/v1/signals/{id}/actions", { params: { path: { id } }, body: action }));
}

function sinceOf(days: number | null): string | undefined {
  return days === null ? undefined : new Date(Date.now() - days * DAY_MS).toISOString();
}
