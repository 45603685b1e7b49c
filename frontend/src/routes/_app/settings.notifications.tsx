import { createFileRoute } from "@tanstack/react-router";
import { preferencesQuery } from "@/api/queries/notifications";
import { PermissionGate } from "@/app/PermissionGate";
import { notificationSearch } from "@/features/notifications/filters";
import NotificationsPage from "@/features/notifications/NotificationsPage";

export const Route = createFileRoute("/_app/settings/notifications")({
  validateSearch: notificationSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    if (!deps.view && !deps.member) void context.queryClient.prefetchQuery(preferencesQuery(null));
  },
  component: function Notifications() {
    return (
      <PermissionGate permission="notifications:read">
        <NotificationsPage search={Route.useSearch()} />
      </PermissionGate>
    );
  },
});
