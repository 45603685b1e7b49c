import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, type FieldChoice, type FieldMapping } from "../contract/crm";

/** Per CRM connection: which of its fields each of ours is read from or written to, and which fields it has. */
export const fieldMappingsQuery = queryOptions({
  queryKey: ["field-mappings"],
  queryFn: async ({ signal }) =>
    (await ask<{ connections: FieldMapping[] }>("get", "/api/v1/field-mappings", { signal })).connections,
});

export function useSaveFieldMapping() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ connectionId, fields }: { connectionId: string; fields: FieldChoice[] }) =>
      ask<void>("put", "/api/v1/field-mappings/{connection_id}", {
        params: { path: { connection_id: connectionId } },
        body: { fields },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: fieldMappingsQuery.queryKey }),
  });
}
