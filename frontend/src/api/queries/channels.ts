import { infiniteQueryOptions, keepPreviousData, queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../client";
import type {
  Backfill,
  BulkMapping,
  Channel,
  ChannelClass,
  ChannelMapping,
  ChannelPage,
  MappingImport,
  UnmappedPage,
} from "../types";
import { useWrite } from "../write";

const PAGE = 50;
/** Mappings come a hundred at a time; more than this many pages are not asked for at once. */
const MAPPING_PAGES = 20;
const BACKFILL_POLL_MS = 5_000;
/** The most that the server maps in one call. */
const BULK = 200;

/** Which channels; all of them without any. */
export interface ChannelFilter {
  q?: string;
  mapped?: boolean;
  class?: ChannelClass;
  account_id?: string;
}

export const channelsQuery = (filter: ChannelFilter) =>
  infiniteQueryOptions({
    queryKey: ["channels", "list", filter],
    queryFn: async ({ pageParam, signal }): Promise<ChannelPage> =>
      body(
        await api.GET("/api/v1/channels", {
          params: { query: { ...filter, limit: PAGE, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });

/** A few channels by name, for choosing one. */
export const channelSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ["channels", "search", q],
    queryFn: async ({ signal }) =>
      body(
        await api.GET("/api/v1/channels", {
          params: { query: { ...(q ? { q } : {}), limit: 8 } },
          signal,
        }),
      ).items,
  });

/** Who said whose a channel is and how sure that is, by the channel's id. */
export const mappingsQuery = queryOptions({
  queryKey: ["channels", "mappings"],
  queryFn: async ({ signal }) => {
    const mappings = new Map<string, ChannelMapping>();
    let cursor: string | undefined;
    for (let page = 0; page < MAPPING_PAGES; page += 1) {
      const { items, next_cursor } = body(
        await api.GET("/api/v1/channel-mappings", { params: { query: { limit: 100, cursor } }, signal }),
      );
      for (const mapping of items) mappings.set(mapping.channel.id, mapping);
      if (!next_cursor) break;
      cursor = next_cursor;
    }
    return mappings;
  },
});

/** Channels that nobody has an account for, those that the most waits for first. */
export const unmappedQuery = infiniteQueryOptions({
  queryKey: ["channels", "unmapped"],
  queryFn: async ({ pageParam, signal }): Promise<UnmappedPage> =>
    body(
      await api.GET("/api/v1/channels/unmapped", {
        params: { query: { limit: PAGE, cursor: pageParam ?? undefined } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor ?? null,
});

/** Accounts to choose from. Never those of an earlier search: Enter would choose what was not meant. */
export const accountOptionsQuery = (q: string) =>
  queryOptions({
    queryKey: ["accounts", "options", q],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/account-options", { params: { query: q ? { q } : {} }, signal })).items,
  });

export const backfillsQuery = queryOptions({
  queryKey: ["backfills"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/backfills", { signal })).items,
  refetchInterval: ({ state }) => (state.data?.some(isReading) ? BACKFILL_POLL_MS : false),
});

export function isReading({ state }: Backfill): boolean {
  return state === "queued" || state === "running" || state === "waiting";
}

export interface MappingWish {
  channel_id: string;
  /** Null takes the account away. */
  account_id: string | null;
}

/** Says of several channels whose they are. Tells how many signals that released, and what was refused. */
export function useMapChannels() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (wishes: MappingWish[]) => {
      const items = wishes.flatMap(({ channel_id, account_id }) =>
        account_id ? [{ channel_id, account_id }] : [],
      );
      for (const { channel_id, account_id } of wishes) {
        if (account_id) continue;
        await api.DELETE("/api/v1/channel-mappings/{channel_id}", { params: { path: { channel_id } } });
      }
      const all: BulkMapping = { mapped: 0, signals_released: 0, errors: [] };
      for (let from = 0; from < items.length; from += BULK) {
        const answer = body(
          await api.POST("/api/v1/channel-mappings/bulk", {
            body: { items: items.slice(from, from + BULK) },
          }),
        );
        all.mapped += answer.mapped;
        all.signals_released += answer.signals_released;
        all.errors.push(...answer.errors.map(({ index, message }) => ({ index: from + index, message })));
      }
      return all;
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["signals"] });
      return client.invalidateQueries({ queryKey: ["channels"] });
    },
  });
}

export function useUpdateChannel() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async ({
      id,
      ...change
    }: {
      id: string;
      monitored?: boolean;
      class?: ChannelClass;
    }): Promise<Channel> =>
      body(await api.PATCH("/api/v1/channels/{id}", { params: { path: { id } }, body: change })) as Channel,
    onSettled: () => client.invalidateQueries({ queryKey: ["channels"] }),
  });
}

export function useJoinChannel() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (id: string) =>
      body(await api.POST("/api/v1/channels/{id}/join", { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["channels"] }),
  });
}

/** Reads a table of channels and accounts. With `dryRun` nothing is written, it only tells what would be. */
export function useImportMappings() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async ({ csv, dryRun }: { csv: string; dryRun: boolean }): Promise<MappingImport> =>
      body(
        await api.POST("/api/v1/channel-mappings/import", {
          params: { query: { dry_run: dryRun } },
          body: csv,
          bodySerializer: (text) => text,
          headers: { "Content-Type": "text/csv; charset=utf-8" },
        }),
      ),
    onSuccess: (_, { dryRun }) => {
      if (dryRun) return;
      void client.invalidateQueries({ queryKey: ["signals"] });
      void client.invalidateQueries({ queryKey: ["channels"] });
    },
  });
}

export function useStartBackfill() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (wish: { channel_id: string; days: number }) =>
      body(await api.POST("/api/v1/backfills", { body: wish })),
    onSettled: () => client.invalidateQueries({ queryKey: backfillsQuery.queryKey }),
  });
}

export function useCancelBackfill() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (id: string) =>
      body(await api.POST("/api/v1/backfills/{id}/cancel", { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: backfillsQuery.queryKey }),
  });
}
