import { createFileRoute } from "@tanstack/react-router";
import { deliveriesQuery, reconciliationsQuery } from "@/api/queries/deliveries";
import { PermissionGate } from "@/app/PermissionGate";
import DeliveriesPage from "@/features/deliveries/DeliveriesPage";
import { deliveriesSearch, deliveryFilter } from "@/features/deliveries/search";

export const Route = createFileRoute("/_app/deliveries")({
  validateSearch: deliveriesSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    void context.queryClient.prefetchInfiniteQuery(deliveriesQuery(deliveryFilter(deps)));
    void context.queryClient.prefetchQuery(reconciliationsQuery);
  },
  component: function Deliveries() {
    return (
      <PermissionGate permission="deliveries:read">
        <DeliveriesPage search={Route.useSearch()} />
      </PermissionGate>
    );
  },
});
