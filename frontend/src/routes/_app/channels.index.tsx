import { createFileRoute } from "@tanstack/react-router";
import { channelsQuery } from "@/api/queries/channels";
import { PermissionGate } from "@/app/PermissionGate";
import ChannelsPage from "@/features/channels/ChannelsPage";
import { channelFilter, channelSearch } from "@/features/channels/filters";

export const Route = createFileRoute("/_app/channels/")({
  validateSearch: channelSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(channelsQuery(channelFilter(deps))),
  component: function Channels() {
    return (
      <PermissionGate permission="channels:read">
        <ChannelsPage search={Route.useSearch()} />
      </PermissionGate>
    );
  },
});
