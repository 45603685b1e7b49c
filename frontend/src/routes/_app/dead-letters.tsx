import { createFileRoute } from "@tanstack/react-router";
import { deadLettersQuery } from "@/api/queries/deadLetters";
import { PermissionGate } from "@/app/PermissionGate";

import DeadLettersPage from "@/features/dead-letters/DeadLettersPage";

export const Route = createFileRoute("/_app/dead-letters")({
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(deadLettersQuery),
  component: () => (
    <PermissionGate permission="dead_letters:read">
      <DeadLettersPage />
    </PermissionGate>
  ),
});
