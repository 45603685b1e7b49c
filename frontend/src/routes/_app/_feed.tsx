import { createFileRoute, Outlet } from "@tanstack/react-router";
import { FeedPage } from "@/features/signals/FeedPage";
import { prefetchFeed } from "@/features/signals/feed";
import { feedQuery, feedSearch } from "@/features/signals/filters";

/** The feed stays mounted under an open signal, so that closing it leads back to the same place in the list. */
export const Route = createFileRoute("/_app/_feed")({
  validateSearch: feedSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => prefetchFeed(context.queryClient, feedQuery(deps)),
  component: function Feed() {
    return (
      <>
        <FeedPage scope="all" search={Route.useSearch()} />
        <Outlet />
      </>
    );
  },
});
