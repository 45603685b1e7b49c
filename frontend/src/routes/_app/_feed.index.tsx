import { createFileRoute } from "@tanstack/react-router";

export const Route = createFileRoute("/_app/_feed/")({
  // Nothing above the feed; not worth a request of its own.
  codeSplitGroupings: [],
  component: () => null,
});
