import { infiniteQueryOptions, queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../client";
import type { DigestPurpose, NotificationPage, NotificationPreferences, NotificationRoutes } from "../types";
import { useWrite } from "../write";

/** How somebody is told about signals; without an id, whoever is signed in. */
export const preferencesQuery = (memberId: string | null) =>
  queryOptions({
    queryKey: ["notifications", "preferences", memberId],
    queryFn: async ({ signal }): Promise<NotificationPreferences> =>
      memberId
        ? body(
            await api.GET("/api/v1/members/{id}/notification-preferences", {
              params: { path: { id: memberId } },
              signal,
            }),
          )
        : body(await api.GET("/api/v1/notification-preferences", { signal })),
  });

export function useSavePreferences(memberId: string | null) {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (preferences: NotificationPreferences) =>
      memberId
        ? body(
            await api.PUT("/api/v1/members/{id}/notification-preferences", {
              params: { path: { id: memberId } },
              body: preferences,
            }),
          )
        : body(await api.PUT("/api/v1/notification-preferences", { body: preferences })),
    onSuccess: (saved) => client.setQueryData(preferencesQuery(memberId).queryKey, saved),
  });
}

/** The digest as it would be sent now to whoever is signed in. */
export const previewQuery = (purpose: DigestPurpose) =>
  queryOptions({
    queryKey: ["notifications", "preview", purpose],
    queryFn: async ({ signal }) =>
      body(await api.POST("/api/v1/notification-preferences/preview", { body: { purpose }, signal })),
  });

/** What was sent to somebody and what was held back, the latest first. */
export const notificationsQuery = (memberId: string | null) =>
  infiniteQueryOptions({
    queryKey: ["notifications", "list", memberId],
    queryFn: async ({ pageParam, signal }): Promise<NotificationPage> =>
      body(
        await api.GET("/api/v1/notifications", {
          params: {
            query: {
              ...(memberId ? { member_id: memberId } : {}),
              limit: 30,
              cursor: pageParam ?? undefined,
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
  });

export const routesQuery = queryOptions({
  queryKey: ["notifications", "routes"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/notification-routes", { signal })),
});

export function useSaveRoutes() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (routes: NotificationRoutes) =>
      body(await api.PUT("/api/v1/notification-routes", { body: routes })),
    onSuccess: (saved) => client.setQueryData(routesQuery.queryKey, saved),
  });
}

/** Stops the e-mails that a link in one of them is about. The link's token is all it takes: nobody has to sign in. */
export function useUnsubscribe() {
  return useWrite({
    mutationFn: async (token: string) => body(await api.POST("/api/v1/unsubscribe", { body: { token } })),
  });
}
