import type { DeliveryFilter } from "@/api/queries/deliveries";
import { oneOf, searchOf, someText } from "@/ui/search";

export const STATES = ["waiting_for_mapping", "pending", "delivered", "dead_letter", "discarded"] as const;
export const SYSTEMS = ["salesforce", "hubspot"] as const;
export const TYPES = ["task", "opportunity", "note", "account_fields"] as const;
export const PERIODS = ["24h", "7d", "30d"] as const;
const HOURS: Record<(typeof PERIODS)[number], number> = { "24h": 24, "7d": 7 * 24, "30d": 30 * 24 };

/** The page's search parameters. The address is the only place where filters live. */
export const deliveriesSearch = searchOf({
  state: oneOf(STATES),
  system: oneOf(SYSTEMS),
  type: oneOf(TYPES),
  account: someText,
  since: oneOf(PERIODS),
});
export type DeliveriesSearch = ReturnType<typeof deliveriesSearch>;

/** What the server is asked for. */
export function deliveryFilter({ state, system, type, account, since }: DeliveriesSearch): DeliveryFilter {
  return {
    ...(state ? { state } : {}),
    ...(system ? { system } : {}),
    ...(type ? { record_type: type } : {}),
    ...(account ? { account_id: account } : {}),
    ...(since ? { hours: HOURS[since] } : {}),
  };
}

export function isFiltered(search: DeliveriesSearch): boolean {
  return Object.values(search).some((value) => value !== undefined);
}
