import { m } from "@/i18n/messages.en";

export function systemName(system: string): string {
  return m.connections.vendors[system] ?? system;
}

/** What the record is called in that CRM: an opportunity is a deal for whoever knows HubSpot. */
export function recordName(system: string, recordType: string): string {
  return m.deliveries.records[system]?.[recordType] ?? recordType;
}
