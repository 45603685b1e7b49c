import { createFileRoute, Outlet } from "@tanstack/react-router";
import { meQuery } from "@/api/queries/session";
import { FeedPage } from "@/features/signals/FeedPage";
import { prefetchFeed } from "@/features/signals/feed";
import { feedQuery, feedSearch } from "@/features/signals/filters";

/** The feed of the accounts that are assigned to whoever looks. */
export const Route = createFileRoute("/_app/mine")({
  validateSearch: feedSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    prefetchFeed(context.queryClient, feedQuery(deps, me.member.id));
  },
  component: function Mine() {
    return (
      <>
        <FeedPage scope="mine" search={Route.useSearch()} />
        <Outlet />
      </>
    );
  },
});
