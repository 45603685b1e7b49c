import "@fontsource-variable/inter/index.css";
import "@/ui/mantine.css";
import "@/ui/tokens.css";
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { whenSignedOut } from "@/api/client";
import { meQuery } from "@/api/queries/session";
import { createQueryClient } from "@/api/queryClient";
import { ErrorPage } from "@/app/ErrorPage";
import { NotFoundPage } from "@/app/NotFoundPage";
import { Providers } from "@/app/Providers";
import { reloadOnceOnStaleChunk } from "@/app/staleChunk";
import { prefetchFeed } from "@/features/signals/feed";
import { feedQuery } from "@/features/signals/filters";
import { parseSearch, stringifySearch } from "@/ui/search";
import { type FileRoutesById, routeTree } from "./routeTree.gen";

const queryClient = createQueryClient();

const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});

// What the page waits for is asked for before React starts: who is signed in, the page's code, and the feed's rows.
for (const { routeId, search } of router.matchRoutes(router.latestLocation)) {
  void router.loadRouteChunk(router.routesById[routeId as keyof FileRoutesById]);
  if (routeId === "/_app") void queryClient.prefetchQuery(meQuery);
  if (routeId === "/_app/_feed") prefetchFeed(queryClient, feedQuery(search));
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

// A session can end while its page is open; whoever was never signed in is sent away by the route itself.
whenSignedOut(() => {
  if (!queryClient.getQueryData(meQuery.queryKey)) return;
  const next = router.state.location.href;
  queryClient.clear();
  void router.navigate({ to: "/login", search: { next } });
});
reloadOnceOnStaleChunk();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <Providers queryClient={queryClient}>
      <RouterProvider router={router} />
    </Providers>,
  );
}
