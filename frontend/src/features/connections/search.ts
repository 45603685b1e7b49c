import * as z from "zod/mini";

/** In this order they are set up: without Slack there is nothing to write to a CRM. */
export const VENDORS = ["slack", "salesforce", "hubspot"] as const;

const vendor = z.catch(z.optional(z.enum(VENDORS)), undefined);

/** What a vendor's sign-in comes back with. */
export const connectorsSearch = z.object({
  connected: vendor,
  connect_error: z.catch(z.optional(z.string().check(z.regex(/^[a-z_]{1,40}$/))), undefined),
  vendor,
});
export type ConnectorsSearch = z.infer<typeof connectorsSearch>;
