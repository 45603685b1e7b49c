/** A mapping with a field that does not fit, a warning and choices of every kind. */
const field = (name, label, kind, change = {}) => ({
  name,
  label,
  kind,
  options: [],
  is_writable: true,
  is_custom: name.endsWith("__c"),
  ...change,
});
const ours = (momentum_field, label, kind, direction, crm_field, change = {}) => ({
  momentum_field,
  label,
  kind,
  direction,
  crm_field,
  wins: "crm",
  warning: null,
  ...change,
});

export const MAPPINGS = {
  connections: [
    {
      connection_id: "con_salesforce",
      system: "salesforce",
      crm_fields: [
        field("ARR__c", "ARR", "currency"),
        field("AnnualRevenue", "Annual Revenue", "currency"),
        field("NumberOfEmployees", "Employees", "number"),
        field("Health_Score__c", "Health Score", "number"),
        field("Open_Risks__c", "Open Risks", "number"),
        field("Adoption__c", "Adoption", "number", { is_writable: false }),
        field("Renewal_Date__c", "Renewal Date", "date"),
        field("Last_Signal__c", "Last Signal", "date_time"),
        field("Industry", "Industry", "picklist", { options: ["Retail", "Finance"] }),
        field("Is_Partner__c", "Is Partner", "boolean"),
      ],
      fields: [
        ours("arr", "Annual recurring revenue", "currency", "read", "ARR__c"),
        ours("renewal_on", "Renewal date", "date", "read", "Renewal_Date__c"),
        ours("health_score", "Health score", "number", "write", "Health_Score__c", {
          warning: "Last night 3 accounts were changed in Salesforce; theirs were kept.",
        }),
        ours("last_signal_at", "Last signal", "date_time", "write", null),
        ours("open_risk_signals", "Open risk signals", "number", "write", "Open_Risks__c", {
          wins: "momentum",
        }),
        ours("open_expansion_signals", "Open expansion signals", "number", "write", null),
        ours("adoption_score", "Adoption score", "number", "write", "Old_Adoption__c"),
      ],
    },
  ],
};

export const PLAN = {
  would_write: [
    {
      system: "salesforce",
      record_type: "account_fields",
      action: "update",
      account: { id: "acc_1", name: "Acme Corp" },
      signal: null,
      fields: [
        { name: "Open_Risks__c", label: "Open Risks", before: "2", after: "3" },
        { name: "Last_Signal__c", label: "Last Signal", before: null, after: "3 August 2026, 14:05" },
      ],
      reason: null,
    },
    {
      system: "salesforce",
      record_type: "account_fields",
      action: "skip",
      account: { id: "acc_2", name: "TechFlow" },
      signal: null,
      fields: [],
      reason: "Salesforce’s value is newer, and the CRM wins",
    },
  ],
  counts: { create: 0, update: 1, comment: 0, skip: 1 },
  has_more: false,
};

export const SETTINGS = { fiscal_year_start_month: 2, expansion_percent: 20, notes_to_crm: true };
