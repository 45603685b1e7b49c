import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../client";
import type { CrmSettings, FieldChoice } from "../types";
import { useWrite } from "../write";

/** Per CRM connection: which of its fields each of ours is read from or written to, and which fields it has. */
export const fieldMappingsQuery = queryOptions({
  queryKey: ["field-mappings"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/field-mappings", { signal })).connections,
});

export function useSaveFieldMapping() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: ({ connectionId, fields }: { connectionId: string; fields: FieldChoice[] }) =>
      api.PUT("/api/v1/field-mappings/{connection_id}", {
        params: { path: { connection_id: connectionId } },
        body: { fields },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: fieldMappingsQuery.queryKey }),
  });
}

export const crmSettingsQuery = queryOptions({
  queryKey: ["crm-settings"],
  queryFn: async ({ signal }) => body(await api.GET("/api/v1/crm-settings", { signal })),
});

export function useSaveCrmSettings() {
  const client = useQueryClient();
  return useWrite({
    mutationFn: async (settings: CrmSettings) =>
      body(await api.PUT("/api/v1/crm-settings", { body: settings })),
    onSuccess: (saved) => client.setQueryData(crmSettingsQuery.queryKey, saved),
  });
}
