import type { components } from "../schema";
import type { Operation } from "./operation";

type Schemas = components["schemas"];
type ById = { path: { id: string } };

export type JoinState = "member" | "joining" | "can_join" | "needs_invite" | "archived";

export type Channel = Schemas["Channel"] & {
  is_archived: boolean;
  is_member: boolean;
  num_members?: number | null;
  join_state: JoinState;
};

export interface ChannelPage {
  items: Channel[];
  next_cursor?: string | null;
}

export interface ChannelQuery {
  q?: string;
  mapped?: boolean;
  class?: Schemas["ChannelClass"];
  account_id?: string;
  limit?: number;
  cursor?: string;
}

export interface UnmappedChannel {
  channel: Channel;
  messages_30d: number;
  waiting_signals: number;
  suggestions: Schemas["AccountSuggestion"][];
  invite_hint?: string | null;
}

export interface UnmappedPage {
  items: UnmappedChannel[];
  next_cursor?: string | null;
}

export interface AccountOption {
  id: string;
  name: string;
  domain?: string | null;
}

export interface BulkMapping {
  mapped: number;
  signals_released: number;
  errors: { index: number; message: string }[];
}

export type ImportOutcome = "map" | "same" | "remap" | "error";

export interface MappingImportRow {
  line: number;
  channel: string;
  account: string;
  outcome: ImportOutcome;
  message?: string | null;
}

export interface MappingImport {
  rows: MappingImportRow[];
  mapped: number;
  errors: number;
}

export type BackfillState = "queued" | "running" | "waiting" | "done" | "failed" | "cancelled";
export type HistoryProfile = "marketplace" | "throttled" | "internal";

export interface Backfill {
  id: string;
  channel?: { id: string; name: string } | null;
  state: BackfillState;
  profile: HistoryProfile;
  messages: number;
  oldest_reached?: string | null;
  next_request_at?: string | null;
  requested_days: number;
  /** Why it failed or waits. */
  error?: string | null;
}

export interface ChannelPaths {
  "/api/v1/channels": { get: Operation<ChannelPage, { query?: ChannelQuery }> };
  "/api/v1/channels/unmapped": {
    get: Operation<UnmappedPage, { query?: { limit?: number; cursor?: string } }>;
  };
  "/api/v1/channels/{id}/join": { post: Operation<Channel, ById> };
  "/api/v1/channel-mappings/bulk": {
    post: Operation<BulkMapping, object, { items: { channel_id: string; account_id: string }[] }>;
  };
  "/api/v1/channel-mappings/import": {
    post: Operation<MappingImport, { query: { dry_run: boolean } }, string, "text/csv">;
  };
  "/api/v1/account-options": { get: Operation<{ items: AccountOption[] }, { query: { q?: string } }> };
  "/api/v1/backfills": {
    get: Operation<{ items: Backfill[] }>;
    post: Operation<Backfill, object, { channel_id: string; days: number }>;
  };
  "/api/v1/backfills/{id}/cancel": { post: Operation<Backfill, ById> };
}
