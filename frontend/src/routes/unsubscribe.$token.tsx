import { createFileRoute } from "@tanstack/react-router";
import UnsubscribePage from "@/features/notifications/UnsubscribePage";

export const Route = createFileRoute("/unsubscribe/$token")({
  component: function Unsubscribe() {
    return <UnsubscribePage token={Route.useParams().token} />;
  },
});
