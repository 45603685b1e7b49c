import type { components } from "../schema";
import type { Operation } from "./operation";

type Schemas = components["schemas"];
type ById = { path: { id: string } };

export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

export interface NotificationPreferences {
  member_id: string;
  timezone: string;
  timezone_source: "slack" | "chosen" | "tenant";
  delivery: { slack: boolean; email: boolean };
  immediate: { min_confidence: number; kinds: Schemas["SignalKind"][] };
  digest: { daily: boolean; daily_at: string; weekly: boolean; weekly_day: Weekday };
  quiet_hours: { enabled: boolean; from: string; to: string; weekends: boolean };
  daily_budget: number;
  slack: { connected: boolean; matched: boolean };
  email: { configured: boolean; failing?: { since: string; reason: string } | null };
  next: { daily_at?: string | null; weekly_at?: string | null };
}

export type DigestPurpose = "daily_digest" | "weekly_digest";

export interface NotificationItem {
  id: string;
  signal?: { id: string; title: string } | null;
  way: "slack_dm" | "slack_channel" | "email";
  purpose: "alert" | DigestPurpose | "system";
  state: "held" | "pending" | "sent" | "suppressed" | "failed";
  /** Why it was not sent at once, or not at all: a word of the server's. */
  reason?: string | null;
  due_at: string;
  sent_at?: string | null;
}

export interface NotificationPage {
  items: NotificationItem[];
  next_cursor?: string | null;
}

export interface NotificationRule {
  kinds: Schemas["SignalKind"][];
  min_confidence: number;
  /** `owner`, `manager`, `team_channel` or `role:` and a role's name. */
  to: string;
  when: "at_once" | "digest";
}

export interface NotificationRoutes {
  team_channel?: { slack_channel_id: string; name: string } | null;
  rules: NotificationRule[];
}

export interface DigestPreview {
  subject: string;
  html: string;
  text: string;
}

export interface Unsubscribed {
  address_hint: string;
  what: string;
}

export interface NotificationPaths {
  "/api/v1/notification-preferences": {
    get: Operation<NotificationPreferences>;
    put: Operation<NotificationPreferences, object, NotificationPreferences>;
  };
  "/api/v1/members/{id}/notification-preferences": {
    get: Operation<NotificationPreferences, ById>;
    put: Operation<NotificationPreferences, ById, NotificationPreferences>;
  };
  "/api/v1/notification-preferences/preview": {
    post: Operation<DigestPreview, object, { purpose: DigestPurpose }>;
  };
  "/api/v1/notification-routes": {
    get: Operation<NotificationRoutes>;
    put: Operation<NotificationRoutes, object, NotificationRoutes>;
  };
  "/api/v1/notifications": {
    get: Operation<NotificationPage, { query?: { member_id?: string; limit?: number; cursor?: string } }>;
  };
  "/api/v1/unsubscribe": { post: Operation<Unsubscribed, object, { token: string }> };
}
