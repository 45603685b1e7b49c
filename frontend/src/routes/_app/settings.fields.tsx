import { createFileRoute } from "@tanstack/react-router";
import { crmSettingsQuery, fieldMappingsQuery } from "@/api/queries/fieldMappings";
import { PermissionGate } from "@/app/PermissionGate";
import FieldMappingPage from "@/features/field-mapping/FieldMappingPage";

export const Route = createFileRoute("/_app/settings/fields")({
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(fieldMappingsQuery);
    void context.queryClient.prefetchQuery(crmSettingsQuery);
  },
  component: () => (
    <PermissionGate permission="field_mappings:read">
      <FieldMappingPage />
    </PermissionGate>
  ),
});
