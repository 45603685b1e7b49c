import type { Connection, Delivery, Me, Reconciliation, Signal, VendorOffer } from "./types";

/** A signal as the server sends it, for tests; give what the test is about. */
export function aSignal(change: Partial<Signal> = {}): Signal {
  return {
    id: "sig_1",
    kind: "expansion",
    status: "open",
    confidence: 89,
    account: { id: "acc_1", name: "Acme Corp" },
    title: "Acme Corp needs more capacity",
    quote: "Need more capacity",
    evidence: [],
    polarity: 0.2,
    urgency: 0.4,
    sentiment: "neutral",
    channel: { id: "chn_1", slack_channel_id: "C1", name: "acme-customer", is_external: true },
    author: { name: "Jane Doe", email: "jane@acme.com", kind: "customer", role: null, company: null },
    posted_at: "2026-08-03T12:00:00Z",
    detected_at: "2026-08-03T12:00:01Z",
    permalink: null,
    recommendation: { action: "call", label: "Schedule an expansion call", reason: "Asked twice" },
    crm_records: [],
    delivery_state: "none",
    crm_progress: null,
    following_up: null,
    parent_id: null,
    occurrences: 1,
    owner: null,
    snoozed_until: null,
    confirmed: null,
    continuation_question: null,
    versions: { detector: "1", config: "1" },
    ...change,
  };
}

export const aRep: Me = {
  user: { id: "usr_1", name: "Jordan Lee", email: "jordan@northwind.example", has_password: true },
  member: { id: "mem_1", role: "rep" },
  tenant: { id: "ten_1", name: "Northwind Cloud", is_demo: true },
  permissions: ["signals:read", "signals:act"],
  csrf_token: "token",
  preferences: { keyboard_shortcuts: true },
};

export function aConnection(change: Partial<Connection> = {}): Connection {
  return {
    id: "con_1",
    vendor: "slack",
    name: "Northwind Cloud",
    external_id: "T0NORTHWIND",
    status: "connected",
    status_reason: null,
    last_success_at: "2026-08-03T12:00:00Z",
    last_error: null,
    queue_depth: 0,
    dead_letters: 0,
    delivered_24h: 0,
    gaps: [],
    token: { state: "ok", expires_at: null },
    quota: null,
    settings: { auto_join: ["customer-*"], history_profile: "throttled", sandbox: false },
    circuit_open_until: null,
    missing_scopes: [],
    ...change,
  };
}

export function anOffer(change: Partial<VendorOffer> = {}): VendorOffer {
  return {
    vendor: "slack",
    label: "Slack",
    is_configured: true,
    missing_settings: [],
    connect_url: "/slack/oauth/start",
    scopes: [{ scope: "channels:read", why: "To know which channels there are" }],
    guide_url: "/guides/slack",
    ...change,
  };
}

export function aWrittenRecord(change: Partial<Delivery> = {}): Delivery {
  return {
    id: "dlv_1",
    system: "salesforce",
    record_type: "task",
    state: "delivered",
    attempts: 0,
    last_error: null,
    next_attempt_at: null,
    updated_at: "2026-08-03T12:00:00Z",
    record: null,
    signal: { id: "sig_1", title: "Acme Corp needs more capacity" },
    account: { id: "acc_1", name: "Acme Corp" },
    error: null,
    is_linked: false,
    found: null,
    undo: null,
    ...change,
  };
}

export function aReconciliation(change: Partial<Reconciliation> = {}): Reconciliation {
  return {
    id: "rec_1",
    at: "2026-08-03T02:00:00Z",
    connection: { id: "con_1", name: "Production" },
    checked: 100,
    missing: 0,
    changed: 0,
    twins: 0,
    sync_accuracy: 1,
    duplicates_prevented: 0,
    ...change,
  };
}
