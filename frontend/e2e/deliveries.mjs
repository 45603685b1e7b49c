/** Writes in every state. To make all of them takes faults at a CRM, so the page is shown with these. */
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

const base = {
  system: "salesforce",
  record_type: "task",
  attempts: 1,
  last_error: null,
  next_attempt_at: null,
  record: null,
  error: null,
  is_linked: false,
  found: null,
  undo: null,
  account: { id: "acc_1", name: "Acme Corp" },
  signal: { id: "sig_1", title: "Acme Corp needs more capacity before the new team joins in March" },
};
const task = (id) => ({
  system: "salesforce",
  type: "task",
  id,
  url: `https://crm.example/lightning/r/Task/${id}/view`,
});

export const DELIVERIES = [
  {
    ...base,
    id: "dlv_1",
    state: "delivered",
    updated_at: ago(3),
    record: task("00T1"),
    undo: { state: "possible", reason: null },
  },
  {
    ...base,
    id: "dlv_2",
    state: "dead_letter",
    updated_at: ago(12),
    attempts: 3,
    error: {
      code: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
      field: "Description",
      message: "Customer success must set a due date before a task is saved.",
    },
  },
  {
    ...base,
    id: "dlv_3",
    system: "hubspot",
    record_type: "opportunity",
    state: "pending",
    updated_at: ago(5),
    next_attempt_at: ago(-4),
    attempts: 2,
    last_error: "HubSpot did not answer within 30 seconds",
    account: { id: "acc_2", name: "Soylent Green Nutrition & Sustainable Foods International GmbH" },
    signal: { id: "sig_2", title: "Asked for a quote for 40 more seats" },
  },
  {
    ...base,
    id: "dlv_4",
    state: "waiting_for_mapping",
    updated_at: ago(50),
    attempts: 0,
    account: null,
    signal: { id: "sig_3", title: "Somebody in #shared-new-pilot asked for prices" },
  },
  {
    ...base,
    id: "dlv_5",
    record_type: "account_fields",
    state: "delivered",
    updated_at: ago(70),
    signal: null,
    found: "missing",
    record: { system: "salesforce", type: "account", id: "0015", url: "https://crm.example/0015" },
    undo: { state: "refused", reason: "Somebody changed it in Salesforce an hour ago" },
  },
  {
    ...base,
    id: "dlv_6",
    state: "discarded",
    updated_at: ago(1500),
    last_error: "The customer left; no task is needed",
  },
  {
    ...base,
    id: "dlv_7",
    state: "delivered",
    updated_at: ago(1600),
    undo: { state: "undone", reason: "Deleted in Salesforce yesterday by Alex Admin" },
  },
];

export const RECONCILIATIONS = [
  {
    id: "rec_1",
    at: ago(540),
    connection: { id: "con_salesforce", name: "Northwind production" },
    checked: 1204,
    missing: 1,
    changed: 17,
    twins: 0,
    sync_accuracy: 0.9992,
    duplicates_prevented: 38,
  },
];

export const UNDO = {
  undone: [DELIVERIES[0]],
  closed: [{ ...DELIVERIES[2], state: "delivered" }],
  refused: [{ delivery: DELIVERIES[4], reason: "Somebody changed it in Salesforce an hour ago" }],
  has_more: false,
};
