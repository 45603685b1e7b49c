import * as z from "zod/mini";
import type { AccountFilter } from "@/api/queries/accounts";

export const ACCOUNT_STATUSES = ["active", "quiet", "at_risk"] as const;
export const ACCOUNT_SORTS = ["name", "last_signal", "signals_7d"] as const;

/** The accounts page's search parameters. */
export const accountSearch = z.object({
  q: z.catch(z.optional(z.string().check(z.minLength(1), z.maxLength(200))), undefined),
  status: z.catch(z.optional(z.enum(ACCOUNT_STATUSES)), undefined),
  sort: z.catch(z.optional(z.enum(ACCOUNT_SORTS)), undefined),
});
export type AccountSearch = z.infer<typeof accountSearch>;

/** What the server is asked for. The accounts that spoke last come first unless another order is chosen. */
export function accountFilter({ q, status, sort = "last_signal" }: AccountSearch): AccountFilter {
  return { ...(q ? { q } : {}), ...(status ? { status } : {}), sort };
}
