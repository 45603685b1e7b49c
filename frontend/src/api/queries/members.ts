import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";

/** Colleagues who can be given work, by name. */
export const membersQuery = queryOptions({
  queryKey: ["members"],
  queryFn: async ({ signal }) => {
    const { items } = body(await api.GET("/api/v1/members", { signal }));
    return items.filter((member) => member.is_active).sort((a, b) => a.name.localeCompare(b.name));
  },
  staleTime: 5 * 60_000,
});
