import { createFileRoute } from "@tanstack/react-router";
import { connectionsQuery, vendorsQuery } from "@/api/queries/connections";
import { PermissionGate } from "@/app/PermissionGate";

import ConnectionsPage from "@/features/connections/ConnectionsPage";
import { connectorsSearch } from "@/features/connections/search";
import ImportPanel from "@/features/imports/ImportPanel";

export const Route = createFileRoute("/_app/connectors")({
  validateSearch: connectorsSearch,
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(connectionsQuery);
    void context.queryClient.prefetchQuery(vendorsQuery);
  },
  component: function Connectors() {
    return (
      <PermissionGate permission="connections:read">
        <ConnectionsPage search={Route.useSearch()}>
          <ImportPanel />
        </ConnectionsPage>
      </PermissionGate>
    );
  },
});
