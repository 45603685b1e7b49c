import { infiniteQueryOptions, keepPreviousData, queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../client";
import type { DeliveryState, FieldChoice, RecordType, UndoScope } from "../types";
import { useWrite } from "../write";

/** What the list is asked with; `hours` is counted back from the moment of asking. */
export interface DeliveryFilter {
  state?: DeliveryState;
  system?: string;
  record_type?: RecordType;
  account_id?: string;
  hours?: number;
}

/** What is tried again: everything that failed, or only what this names. */
export interface RetryFilter {
  state?: DeliveryState;
  system?: string;
  error_code?: string;
}

const PAGE = 50;
const HOUR_MS = 3_600_000;

export const deliveriesQuery = (filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ["deliveries", "list", filter],
    queryFn: async ({ pageParam, signal }) => {
      const { hours, ...query } = filter;
      return body(
        await api.GET("/api/v1/deliveries", {
          params: {
            query: { ...query, since: hoursAgo(hours), limit: PAGE, cursor: pageParam ?? undefined },
          },
          signal,
        }),
      );
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });

/** The latest nightly comparisons, newest first. */
export const reconciliationsQuery = queryOptions({
  queryKey: ["reconciliations"],
  queryFn: async ({ signal }) =>
    body(await api.GET("/api/v1/reconciliations", { params: { query: { limit: 20 } }, signal })).items,
  staleTime: 5 * 60_000,
});

export function useRetryDelivery() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: (id: string) => api.POST("/api/v1/deliveries/{id}/retry", { params: { path: { id } } }),
    onSettled: refresh,
  });
}

export function useRetryDeliveries() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: async (filter: RetryFilter) =>
      body(await api.POST("/api/v1/deliveries/retry", { body: filter })).retried,
    onSettled: refresh,
  });
}

export function useDiscardDelivery() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      api.POST("/api/v1/deliveries/{id}/discard", { params: { path: { id } }, body: { reason } }),
    onSettled: refresh,
  });
}

/** What taking these back would do. Nothing is changed by asking. */
export const undoPlanQuery = (scope: UndoScope) =>
  queryOptions({
    queryKey: ["deliveries", "undo", scope],
    queryFn: ({ signal }) => undo(scope, true, signal),
    staleTime: 0,
    gcTime: 0,
  });

export function useUndoDeliveries() {
  const refresh = useRefresh();
  return useWrite({ mutationFn: (scope: UndoScope) => undo(scope, false), onSettled: refresh });
}

/** What a field mapping would write once it is saved. Nothing is changed by asking. */
export const mappingPlanQuery = (connectionId: string, fields: FieldChoice[]) =>
  queryOptions({
    queryKey: ["deliveries", "plan", connectionId, fields],
    queryFn: async ({ signal }) =>
      body(
        await api.POST("/api/v1/deliveries/preview", {
          body: { kind: "field_mapping", connection_id: connectionId, fields },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
  });

async function undo(scope: UndoScope, dryRun: boolean, signal?: AbortSignal) {
  return body(await api.POST("/api/v1/deliveries/undo", { body: { ...scope, dry_run: dryRun }, signal }));
}

function hoursAgo(hours: number | undefined): string | undefined {
  return hours === undefined ? undefined : new Date(Date.now() - hours * HOUR_MS).toISOString();
}

function useRefresh() {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ["dead-letters"] });
    void client.invalidateQueries({ queryKey: ["connections"] });
    return client.invalidateQueries({ queryKey: ["deliveries", "list"] });
  };
}
