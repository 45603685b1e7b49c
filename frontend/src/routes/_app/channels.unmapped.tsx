import { createFileRoute } from "@tanstack/react-router";
import { unmappedQuery } from "@/api/queries/channels";
import { PermissionGate } from "@/app/PermissionGate";
import UnmappedPage from "@/features/channels/UnmappedPage";

export const Route = createFileRoute("/_app/channels/unmapped")({
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(unmappedQuery),
  component: () => (
    <PermissionGate permission="channels:read">
      <UnmappedPage />
    </PermissionGate>
  ),
});
