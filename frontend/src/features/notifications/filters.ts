import { oneOf, searchOf, someText } from "@/ui/search";

/** The notification page's search parameters: which part of it, and whose when an admin looks after somebody. */
export const notificationSearch = searchOf({
  view: oneOf(["sent", "rules"]),
  member: someText,
});
export type NotificationSearch = ReturnType<typeof notificationSearch>;
