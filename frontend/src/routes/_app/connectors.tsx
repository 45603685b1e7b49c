import { createFileRoute } from "@tanstack/react-router";
import { connectionsQuery } from "@/api/queries/connections";
import { PermissionGate } from "@/app/PermissionGate";

import ConnectionsPage from "@/features/connections/ConnectionsPage";
import ImportPanel from "@/features/imports/ImportPanel";

export const Route = createFileRoute("/_app/connectors")({
  loader: ({ context }) => void context.queryClient.prefetchQuery(connectionsQuery),
  component: () => (
    <PermissionGate permission="connections:read">
      <ConnectionsPage>
        <ImportPanel />
      </ConnectionsPage>
    </PermissionGate>
  ),
});
