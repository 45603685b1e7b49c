import * as z from "zod/mini";

export const VIEWS = ["preferences", "sent", "rules"] as const;
export type View = (typeof VIEWS)[number];

/** The notification page's search parameters: which part of it, and whose when an admin looks after somebody. */
export const notificationSearch = z.object({
  view: z.catch(z.optional(z.enum(["sent", "rules"])), undefined),
  member: z.catch(z.optional(z.string().check(z.minLength(1), z.maxLength(100))), undefined),
});
export type NotificationSearch = z.infer<typeof notificationSearch>;
