import type { AccountFilter } from "@/api/queries/accounts";
import { oneOf, searchOf, someText } from "@/ui/search";

export const ACCOUNT_STATUSES = ["active", "quiet", "at_risk"] as const;
export const ACCOUNT_SORTS = ["name", "last_signal", "signals_7d"] as const;

/** The accounts page's search parameters. */
export const accountSearch = searchOf({
  q: someText,
  status: oneOf(ACCOUNT_STATUSES),
  sort: oneOf(ACCOUNT_SORTS),
});
export type AccountSearch = ReturnType<typeof accountSearch>;

/** What the server is asked for. The accounts that spoke last come first unless another order is chosen. */
export function accountFilter({ q, status, sort = "last_signal" }: AccountSearch): AccountFilter {
  return { ...(q ? { q } : {}), ...(status ? { status } : {}), sort };
}
