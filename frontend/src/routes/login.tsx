import { createFileRoute } from "@tanstack/react-router";
import SignInPage from "@/features/session/SignInPage";
import { matching, searchOf } from "@/ui/search";

export const Route = createFileRoute("/login")({
  // Only a path of this site: a link in a mail must not lead through our sign-in to somebody else's page.
  validateSearch: searchOf({ next: matching(/^\/(?![/\\])/) }),
  component: function SignIn() {
    return <SignInPage next={Route.useSearch().next} />;
  },
});
