import * as z from "zod/mini";
import type { DeliveryFilter } from "@/api/queries/deliveries";
import type { Reconciliation, UndoOutcome, WrittenRecord } from "@/api/types";

export const STATES = ["waiting_for_mapping", "pending", "delivered", "dead_letter", "discarded"] as const;
export const SYSTEMS = ["salesforce", "hubspot"] as const;
export const TYPES = ["task", "opportunity", "note", "account_fields"] as const;
export const PERIODS = ["24h", "7d", "30d"] as const;
/** Minutes that an undo reaches back; the rest of the day is for single records. */
export const UNDO_MINUTES = [15, 60, 1440] as const;

const HOURS: Record<(typeof PERIODS)[number], number> = { "24h": 24, "7d": 7 * 24, "30d": 30 * 24 };

/** The page's search parameters. The address is the only place where filters live. */
export const deliveriesSearch = z.object({
  state: z.catch(z.optional(z.enum(STATES)), undefined),
  system: z.catch(z.optional(z.enum(SYSTEMS)), undefined),
  type: z.catch(z.optional(z.enum(TYPES)), undefined),
  account: z.catch(z.optional(z.string().check(z.minLength(1), z.maxLength(200))), undefined),
  since: z.catch(z.optional(z.enum(PERIODS)), undefined),
});
export type DeliveriesSearch = z.infer<typeof deliveriesSearch>;

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

/** Only what was refused is tried again by hand; what is on its way is tried again by itself. */
export function canRetry({ state }: Pick<WrittenRecord, "state">): boolean {
  return state === "dead_letter";
}

/** What is not written yet can be given up. */
export function canDiscard({ state }: Pick<WrittenRecord, "state">): boolean {
  return state === "dead_letter" || state === "pending" || state === "waiting_for_mapping";
}

/** The vendors' error codes among these records, the most frequent first. */
export function errorCodes(records: WrittenRecord[]): { code: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { state, error } of records) {
    if (state === "dead_letter" && error?.code) counts.set(error.code, (counts.get(error.code) ?? 0) + 1);
  }
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || a.code.localeCompare(b.code));
}

/** How many records an undo takes back, whether they are deleted or closed. */
export function undoneCount({ undone, closed }: UndoOutcome): number {
  return undone.length + closed.length;
}

/** The newest comparison of each connection, in the order of their names. */
export function latestPerConnection(all: Reconciliation[]): Reconciliation[] {
  const latest = new Map<string, Reconciliation>();
  for (const each of all) {
    const known = latest.get(each.connection.id);
    if (!known || each.at > known.at) latest.set(each.connection.id, each);
  }
  return [...latest.values()].sort((a, b) => a.connection.name.localeCompare(b.connection.name));
}
