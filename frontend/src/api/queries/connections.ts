import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../client";
import type { Connection } from "../types";
import { useWrite } from "../write";

export const connectionsQuery = queryOptions({
  queryKey: ["connections", "list"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/connections", { signal })).items,
});

/** What can be connected at all, what this server lacks for it, and why each right is asked for. */
export const vendorsQuery = queryOptions({
  queryKey: ["connections", "vendors"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/connections/vendors", { signal })).items,
  staleTime: 5 * 60_000,
});

/** Asks the vendor at once whether the connection works. */
export function useCheckConnection() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: async (id: string) =>
      body(await api.POST("/api/v1/connections/{id}/check", { params: { path: { id } } })),
    onSettled: refresh,
  });
}

/** Fetches what changed at the vendor now rather than at the next turn. */
export function useSyncConnection() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: (id: string) => api.POST("/api/v1/connections/{id}/sync", { params: { path: { id } } }),
    onSettled: refresh,
  });
}

export function useDisconnect() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: (id: string) => api.DELETE("/api/v1/connections/{id}", { params: { path: { id } } }),
    onSettled: refresh,
  });
}

export function useUpdateConnection() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: async ({
      id,
      ...change
    }: { id: string } & Partial<Pick<Connection["settings"], "auto_join" | "history_profile">>) =>
      body(await api.PATCH("/api/v1/connections/{id}", { params: { path: { id } }, body: change })),
    onSettled: refresh,
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["connections"] });
}
