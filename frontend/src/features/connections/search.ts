import { matching, oneOf, searchOf } from "@/ui/search";

/** In this order they are set up: without Slack there is nothing to write to a CRM. */
export const VENDORS = ["slack", "salesforce", "hubspot"] as const;

const vendor = oneOf(VENDORS);

/** What a vendor's sign-in comes back with. */
export const connectorsSearch = searchOf({
  connected: vendor,
  connect_error: matching(/^[a-z_]{1,40}$/),
  vendor,
});
export type ConnectorsSearch = ReturnType<typeof connectorsSearch>;
