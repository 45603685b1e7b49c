import { infiniteQueryOptions, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../client";
import type { DeadLetterPage } from "../types";
import { useWrite } from "../write";

export const deadLettersQuery = infiniteQueryOptions({
  queryKey: ["dead-letters"],
  queryFn: async ({ pageParam, signal }): Promise<DeadLetterPage> =>
    body(
      await api.GET("/api/v1/dead-letters", {
        params: { query: { limit: 50, cursor: pageParam ?? undefined } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor ?? null,
});

export function useRetryDeadLetter() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: async (id: string) =>
      void (await api.POST("/api/v1/dead-letters/{id}/retry", { params: { path: { id } } })),
    onSettled: refresh,
  });
}

export function useRetryAllDeadLetters() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: async (destination: string | null) =>
      body(await api.POST("/api/v1/dead-letters/retry-all", { body: destination ? { destination } : {} }))
        .retried,
    onSettled: refresh,
  });
}

export function useDiscardDeadLetter() {
  const refresh = useRefresh();
  return useWrite({
    mutationFn: async ({ id, reason }: { id: string; reason: string }) =>
      void (await api.POST("/api/v1/dead-letters/{id}/discard", {
        params: { path: { id } },
        body: { reason },
      })),
    onSettled: refresh,
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ["connections"] });
    return client.invalidateQueries({ queryKey: ["dead-letters"] });
  };
}
