import { createFileRoute } from "@tanstack/react-router";

import SignUpPage from "@/features/session/SignUpPage";

export const Route = createFileRoute("/signup")({
  component: () => <SignUpPage />,
});
