import { createFileRoute } from "@tanstack/react-router";
import { PermissionGate } from "@/app/PermissionGate";
import ChannelImportPage from "@/features/channels/ChannelImportPage";

export const Route = createFileRoute("/_app/channels/import")({
  component: () => (
    <PermissionGate permission="channels:write">
      <ChannelImportPage />
    </PermissionGate>
  ),
});
