import type { Me, NamedRef, Signal, SignalAction } from "@/api/types";
import { triage } from "@/i18n/en/triage";

export type Action = SignalAction["action"];

/** Actions whose outcome is ours to foresee. A CRM write never is: its answer comes from another system. */
const FORESEEABLE = new Set<Action>(["handle", "snooze", "dismiss", "confirm", "assign", "reopen"]);

export function isOptimistic(action: Action): boolean {
  return FORESEEABLE.has(action);
}

/** The signal as it will be when the server agrees; `assignee` is the member named by an assign action. */
export function foresee(signal: Signal, action: SignalAction, me: Me, assignee?: NamedRef): Signal {
  switch (action.action) {
    case "handle":
      return {
        ...signal,
        status: "handled",
        owner: { id: me.member.id, name: me.user.name },
        snoozed_until: null,
      };
    case "snooze":
      return { ...signal, status: "snoozed", snoozed_until: action.until ?? null };
    case "dismiss":
      return { ...signal, status: "dismissed", snoozed_until: null, confirmed: false };
    case "confirm":
      return { ...signal, confirmed: true };
    case "assign":
      return assignee ? { ...signal, owner: assignee } : signal;
    case "reopen":
      return { ...signal, status: "open", snoozed_until: null };
    default:
      return signal;
  }
}

/** How a signal is called in a sentence: its account, or the quote when nobody knows the account yet. */
export function nameOf(signal: Signal): string {
  return signal.account?.name ?? `‘${shortened(signal.quote, 40)}’`;
}

export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/\s+\S*$/, "")}…`;
}

export interface SnoozePreset {
  label: string;
  until: Date;
}

/** The moments offered for snoozing, in the reader's own time zone; mornings are at nine. */
export function snoozePresets(now: Date): SnoozePreset[] {
  const morning = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const labels = triage.snoozePresets;
  const presets = [
    { label: labels.later, until: new Date(now.getTime() + 3 * 3_600_000) },
    { label: labels.tomorrow, until: morning(1) },
    { label: labels.monday, until: morning(toMonday) },
    { label: labels.week, until: morning(7) },
    { label: labels.month, until: morning(30) },
  ];
  // On a Sunday "tomorrow" is Monday, and on a Monday "in a week" is: one of the two is enough.
  return presets.filter(({ until }, at) => presets.findIndex((other) => +other.until === +until) === at);
}
