import { createFileRoute, Outlet, redirect } from "@tanstack/react-router";
import { ApiError } from "@/api/problem";
import { meQuery } from "@/api/queries/session";
import { Shell } from "@/app/Shell";

/** Everything for signed-in members. Whoever is not is sent to sign in and comes back to where they wanted to go. */
export const Route = createFileRoute("/_app")({
  // Part of the first load: nearly everybody lands here.
  codeSplitGroupings: [],
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      throw redirect({ to: "/login", search: { next: location.href === "/" ? undefined : location.href } });
    }
  },
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
});
