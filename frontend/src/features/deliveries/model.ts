import type { Delivery, Reconciliation, UndoOutcome } from "@/api/types";

export const RULES = ["task_threshold", "opportunity_threshold", "field_mapping"] as const;
/** Minutes that an undo reaches back; the rest of the day is for single records. */
export const UNDO_MINUTES = [15, 60, 1440] as const;

/** Only what was refused is tried again by hand; what is on its way is tried again by itself. */
export function canRetry({ state }: Pick<Delivery, "state">): boolean {
  return state === "dead_letter";
}

/** What is not written yet can be given up. */
export function canDiscard({ state }: Pick<Delivery, "state">): boolean {
  return state === "dead_letter" || state === "pending" || state === "waiting_for_mapping";
}

/** The vendors' error codes among these records, the most frequent first. */
export function errorCodes(records: Delivery[]): { code: string; count: number }[] {
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
