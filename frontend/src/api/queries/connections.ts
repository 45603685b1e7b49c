import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";

export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/connections", { signal })).items,
});
