import { queryOptions, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { api, body, rememberCsrfToken } from "../client";
import type { Me, Permission } from "../types";
import { useWrite } from "../write";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => remembered(body(await api.GET("/api/v1/me", { signal }))),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Whoever is signed in. Only inside the signed-in part of the page, whose route has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Whether the signed-in member may do something, for example `signals:act`. The server asks again on every call. */
export function useCan(permission: Permission): boolean {
  const permissions: Permission[] = useMe().permissions;
  return permissions.includes(permission);
}

export function useSignIn() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (credentials: { email: string; password: string }) =>
      body(await api.POST("/api/v1/session", { body: credentials })),
    onSuccess: (me) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, remembered(me));
    },
  });
}

export function useSignUp() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (account: { company_name: string; name: string; email: string; password: string }) =>
      body(await api.POST("/api/v1/signup", { body: account })),
    onSuccess: (me) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, remembered(me));
    },
  });
}

export function useSignOut() {
  return useWrite({ mutationFn: async () => void (await api.DELETE("/api/v1/session")) });
}

export function useUpdateMe() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (change: { name?: string; keyboard_shortcuts?: boolean }) =>
      body(await api.PATCH("/api/v1/me", { body: change })),
    onSuccess: (me) => client.setQueryData(meQuery.queryKey, remembered(me)),
  });
}

function remembered(me: Me): Me {
  rememberCsrfToken(me.csrf_token);
  return me;
}
