import { m } from "@/i18n/messages.en";

/** Another system's name as people write it. */
export function systemName(system: string): string {
  return m.signals.system[system] ?? system;
}
