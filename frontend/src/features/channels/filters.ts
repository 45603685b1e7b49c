import * as z from "zod/mini";
import type { ChannelFilter } from "@/api/queries/channels";

export const CHANNEL_CLASSES = [
  "customer",
  "support",
  "feedback",
  "escalations",
  "customer_success",
  "sales",
  "engineering",
  "general",
  "random",
  "internal",
  "dm",
] as const;

/** The channels page's search parameters. */
export const channelSearch = z.object({
  q: z.catch(z.optional(z.string().check(z.maxLength(200))), undefined),
  mapped: z.catch(z.optional(z.enum(["yes", "no"])), undefined),
  class: z.catch(z.optional(z.enum(CHANNEL_CLASSES)), undefined),
  account: z.catch(z.optional(z.string()), undefined),
});
export type ChannelSearch = z.infer<typeof channelSearch>;

/** What the server is asked for. */
export function channelFilter({ q, mapped, class: channelClass, account }: ChannelSearch): ChannelFilter {
  return {
    ...(q ? { q } : {}),
    ...(mapped ? { mapped: mapped === "yes" } : {}),
    ...(channelClass ? { class: channelClass } : {}),
    ...(account ? { account_id: account } : {}),
  };
}
