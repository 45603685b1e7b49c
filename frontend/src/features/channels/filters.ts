import type { ChannelFilter } from "@/api/queries/channels";
import { oneOf, searchOf, someText } from "@/ui/search";

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
export const channelSearch = searchOf({
  q: someText,
  mapped: oneOf(["yes", "no"]),
  class: oneOf(CHANNEL_CLASSES),
  account: someText,
});
export type ChannelSearch = ReturnType<typeof channelSearch>;

/** What the server is asked for. */
export function channelFilter({ q, mapped, class: channelClass, account }: ChannelSearch): ChannelFilter {
  return {
    ...(q ? { q } : {}),
    ...(mapped ? { mapped: mapped === "yes" } : {}),
    ...(channelClass ? { class: channelClass } : {}),
    ...(account ? { account_id: account } : {}),
  };
}
