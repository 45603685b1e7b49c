import { createFileRoute } from "@tanstack/react-router";
import { accountsQuery } from "@/api/queries/accounts";
import { PermissionGate } from "@/app/PermissionGate";
import AccountsPage from "@/features/accounts/AccountsPage";
import { accountFilter, accountSearch } from "@/features/accounts/filters";

export const Route = createFileRoute("/_app/accounts")({
  validateSearch: accountSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(accountsQuery(accountFilter(deps))),
  component: function Accounts() {
    return (
      <PermissionGate permission="accounts:read">
        <AccountsPage search={Route.useSearch()} />
      </PermissionGate>
    );
  },
});
