import { records } from "@/i18n/en/preview";

/** What the record is called in that CRM: an opportunity is a deal for whoever knows HubSpot. */
export function recordName(system: string, recordType: string): string {
  return records[system]?.[recordType] ?? recordType;
}
