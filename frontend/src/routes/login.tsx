import { createFileRoute } from "@tanstack/react-router";
import * as z from "zod/mini";

import SignInPage from "@/features/session/SignInPage";

export const Route = createFileRoute("/login")({
  // Only a path of this site: a link in a mail must not lead through our sign-in to somebody else's page.
  validateSearch: z.object({
    next: z.catch(z.optional(z.string().check(z.regex(/^\/(?![/\\])/))), undefined),
  }),
  component: function SignIn() {
    return <SignInPage next={Route.useSearch().next} />;
  },
});
