import { createFileRoute, Outlet } from "@tanstack/react-router";
import { meQuery } from "@/api/queries/session";
import { FeedPage } from "@/features/signals/FeedPage";
import { prefetchFeed } from "@/features/signals/feed";
import { feedQuery, feedSearch, highPriorityQuery } from "@/features/signals/filters";

/** The feed of the accounts that are assigned to whoever looks. */
export const Route = createFileRoute("/_app/mine")({
  validateSearch: feedSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    const query = feedQuery(deps, me.member.id);
    prefetchFeed(context.queryClient, query, highPriorityQuery(query));
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
