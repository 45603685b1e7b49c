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
import { parseSearch, stringifySearch } from "@/ui/search";
import { routeTree } from "./routeTree.gen";

const queryClient = createQueryClient();

// What nearly every visit waits for is asked for before React starts: who is signed in, and the feed's code.
const { pathname } = location;
if (!/^\/(login|signup|unsubscribe)/.test(pathname)) void queryClient.prefetchQuery(meQuery);
if (/^\/(mine|signals\/.*)?$/.test(pathname)) void import("@/features/signals/FeedPage");

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
