import { infiniteQueryOptions, keepPreviousData, queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../client";
import type { AccountPage, AccountStatus } from "../types";
import { useWrite } from "../write";

export interface AccountFilter {
  q?: string;
  status?: AccountStatus;
  sort: "name" | "last_signal" | "signals_7d";
}

const PAGE = 50;

export const accountsQuery = (filter: AccountFilter) =>
  infiniteQueryOptions({
    queryKey: ["accounts", "list", filter],
    queryFn: async ({ pageParam, signal }): Promise<AccountPage> =>
      body(
        await api.GET("/api/v1/accounts", {
          params: { query: { ...filter, limit: PAGE, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });

/** A few accounts by name, for choosing one. Never those of an earlier search: Enter would choose what was not meant. */
export const accountSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ["accounts", "search", q],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/accounts", { params: { query: { q, sort: "name", limit: 8 } }, signal }))
        .items,
  });

/** One account, where only its id is known: a filter in the address. */
export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ["accounts", "detail", id],
    queryFn: async ({ signal }) =>
      body(await api.GET("/api/v1/accounts/{id}", { params: { path: { id } }, signal })),
  });

export function useAssignOwner() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async ({ id, memberId }: { id: string; memberId: string | null }) =>
      body(
        await api.PATCH("/api/v1/accounts/{id}", {
          params: { path: { id } },
          body: { owner_member_id: memberId },
        }),
      ),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["accounts"] });
      void client.invalidateQueries({ queryKey: ["signals"] });
    },
  });
}
