/**
 * Routes that docs/openapi.json does not describe yet, and their types. When the generated schema has one of them, its
 * type here goes and its query calls `api` directly.
 */
import { api, body } from "../client";
import type { components } from "../schema";

type Schemas = components["schemas"];
type NamedRef = { id: string; name: string };

interface Call {
  params?: { query?: object; path?: Record<string, string> };
  body?: unknown;
  signal?: AbortSignal;
}
type Send = (method: string, path: string, call: Call) => Promise<{ data?: unknown }>;

/** Calls such a route through the same client: the same token, the same errors. */
export async function ask<T>(
  method: "get" | "post" | "put" | "patch" | "delete",
  path: string,
  call: Call = {},
) {
  const { request } = api as unknown as { request: Send };
  return body(await request(method, path, call)) as T;
}

export type Vendor = "slack" | "salesforce" | "hubspot";
export type HistoryProfile = "marketplace" | "throttled" | "internal";

/** How a vendor counts calls, as its last answer said: so many of so many in a window. */
export interface Quota {
  used: number;
  limit: number;
  window_seconds: number;
}

export type Connection = Omit<Schemas["Connection"], "delivered_24h" | "vendor"> & {
  vendor: Vendor;
  /** Null for Slack, which keeps no records of ours. */
  delivered_24h: number | null;
  token: { state: "ok" | "expires_soon" | "expired" | "refused"; expires_at: string | null };
  quota: Quota | null;
  /** Until when the vendor is left alone, because it failed too often in a row. */
  circuit_open_until: string | null;
  settings: { auto_join: string[]; history_profile: HistoryProfile | null; sandbox: boolean };
  missing_scopes: string[];
};

/** What the server leaves out is nothing. */
export function withHealth(connection: Schemas["Connection"]): Connection {
  const { token, settings } = connection;
  return {
    ...connection,
    delivered_24h: connection.delivered_24h ?? null,
    token: { ...token, expires_at: token.expires_at ?? null },
    quota: connection.quota ?? null,
    circuit_open_until: connection.circuit_open_until ?? null,
    settings: { ...settings, history_profile: settings.history_profile ?? null },
  };
}

/** What a connection of this vendor needs and asks for. */
export interface VendorOffer {
  vendor: Vendor;
  label: string;
  is_configured: boolean;
  missing_settings: string[];
  connect_url: string;
  scopes: { scope: string; why: string }[];
  guide_url: string;
}

export type RecordType = "task" | "opportunity" | "note" | "account_fields";

/** Something that was, is or will be written to another system. */
export type WrittenRecord = Omit<Schemas["Delivery"], "record_type" | "signal_id"> & {
  record_type: RecordType;
  signal: { id: string; title: string } | null;
  account: NamedRef | null;
  error: { code: string; field: string | null; message: string } | null;
  /** The record was there already; this signal was only linked to it. */
  is_linked: boolean;
  /** What last night's comparison found; null before the first one. */
  found: "there" | "changed" | "missing" | "twins" | null;
  undo: { state: "possible" | "requested" | "undone" | "refused"; reason: string | null } | null;
};

export interface WrittenRecordPage {
  items: WrittenRecord[];
  next_cursor: string | null;
}

/** What to take back: these records, or everything written in a stretch of time, by one rule if it names one. */
export interface UndoScope {
  delivery_ids?: string[];
  since?: string;
  until?: string;
  rule?: WritingRule;
}

/** What made Momentum write. */
export type WritingRule = "task_threshold" | "opportunity_threshold" | "field_mapping";

/** What an undo does, or would do. What is in the CRM already is taken back in the background. */
export interface UndoOutcome {
  undone: WrittenRecord[];
  closed: WrittenRecord[];
  refused: { delivery: WrittenRecord; reason: string }[];
  /** There is more than one request takes back. */
  has_more: boolean;
}

/** One nightly comparison of what we wrote with what is there. */
export interface Reconciliation {
  id: string;
  at: string;
  connection: NamedRef;
  checked: number;
  missing: number;
  changed: number;
  twins: number;
  /** 0 to 1. */
  sync_accuracy: number;
  duplicates_prevented: number;
}

export type FieldKind = "text" | "number" | "currency" | "date" | "date_time" | "boolean" | "picklist";

export interface CrmField {
  name: string;
  label: string;
  kind: FieldKind;
  options: string[];
  is_writable: boolean;
  is_custom: boolean;
}

export interface MappedField {
  momentum_field: string;
  label: string;
  kind: FieldKind;
  /** `read`: the CRM's value comes to us; `write`: ours goes there. */
  direction: "read" | "write";
  crm_field: string | null;
  wins: "crm" | "momentum";
  warning: string | null;
}

export interface FieldMapping {
  connection_id: string;
  system: string;
  fields: MappedField[];
  crm_fields: CrmField[];
}

/** What the company decides about what is written to its CRM. */
export interface CrmSettings {
  /** 1 to 12: opportunities close at the end of a fiscal quarter. */
  fiscal_year_start_month: number;
  /** 1 to 500: what an expansion is expected to add to the account's recurring revenue; null leaves amounts blank. */
  expansion_percent: number | null;
  /** Whether notes on signals also go to the CRM. */
  notes_to_crm: boolean;
}

export type FieldChoice = Pick<MappedField, "momentum_field" | "crm_field" | "wins">;

/** One write that would happen, or would not and why. */
export interface PlannedWrite {
  system: string;
  record_type: RecordType;
  action: "create" | "update" | "comment" | "skip";
  account: NamedRef | null;
  signal: { id: string; title: string } | null;
  fields: { name: string; label: string; before: string | null; after: string | null }[];
  reason: string | null;
}

export interface WritePlan {
  would_write: PlannedWrite[];
  counts: Record<PlannedWrite["action"], number>;
  /** There is more than is shown and counted. */
  has_more: boolean;
}

/** Permissions of these routes. */
export type ComingPermission = "deliveries:write" | "field_mappings:read" | "field_mappings:write";
