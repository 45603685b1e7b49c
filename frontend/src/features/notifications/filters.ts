import * as z from "zod/mini";

/** The notification page's search parameters: which part of it, and whose when an admin looks after somebody. */
export const notificationSearch = z.object({
  view: z.catch(z.optional(z.enum(["sent", "rules"])), undefined),
  member: z.catch(z.optional(z.string()), undefined),
});
export type NotificationSearch = z.infer<typeof notificationSearch>;
