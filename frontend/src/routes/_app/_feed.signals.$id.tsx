import { createFileRoute } from "@tanstack/react-router";
import { signalQuery } from "@/api/queries/signals";
import SignalDrawer from "@/features/signals/SignalDrawer";

export const Route = createFileRoute("/_app/_feed/signals/$id")({
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(signalQuery(params.id)),
  component: function Signal() {
    return <SignalDrawer scope="all" id={Route.useParams().id} search={Route.useSearch()} />;
  },
});
