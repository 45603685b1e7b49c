-- What a tenant decides about what is written to its CRM.
ALTER TABLE tenants
    ADD COLUMN fiscal_year_start_month smallint NOT NULL DEFAULT 1 CHECK (fiscal_year_start_month BETWEEN 1 AND 12),
    -- An expansion is expected to add so many percent of the account's recurring revenue; null leaves amounts blank.
    ADD COLUMN expansion_percent smallint DEFAULT 20 CHECK (expansion_percent BETWEEN 1 AND 500),
    ADD COLUMN notes_to_crm boolean NOT NULL DEFAULT false;

-- What the CRM says of a signal: how far its opportunity is, and who works on the account already.
ALTER TABLE signals
    ADD COLUMN crm_stage text,
    ADD COLUMN crm_amount_minor bigint,
    ADD COLUMN crm_following_up jsonb,
    ADD COLUMN status_before_conversion text;

-- Fields of accounts are written without a signal; a signal may have several notes, told apart by `part`.
ALTER TABLE deliveries
    ALTER COLUMN signal_id DROP NOT NULL,
    ADD COLUMN account_id uuid,
    ADD COLUMN part text NOT NULL DEFAULT '',
    ADD COLUMN detail jsonb NOT NULL DEFAULT '{}',
    -- The vendor's name for the kind of record, such as Task.
    ADD COLUMN record_object text,
    ADD COLUMN outcome text CHECK (outcome IN ('created', 'already_there', 'updated', 'linked')),
    ADD COLUMN undo_state text CHECK (undo_state IN ('requested', 'undone', 'closed', 'refused')),
    ADD COLUMN undo_reason text,
    ADD COLUMN undo_at timestamptz,
    ADD COLUMN found text CHECK (found IN ('there', 'changed', 'missing', 'twins')),
    ADD COLUMN found_at timestamptz,
    ADD CONSTRAINT deliveries_subject CHECK (signal_id IS NOT NULL OR account_id IS NOT NULL);
ALTER TABLE deliveries DROP CONSTRAINT deliveries_record_type_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_record_type_check
    CHECK (record_type IN ('task', 'opportunity', 'note', 'account_fields'));
ALTER TABLE deliveries DROP CONSTRAINT deliveries_state_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_state_check
    CHECK (state IN ('waiting_for_mapping', 'waiting_for_connection', 'pending', 'delivered', 'dead_letter', 'discarded', 'suppressed', 'undone'));
DO $$
DECLARE
    old text;
BEGIN
    SELECT conname INTO STRICT old FROM pg_constraint WHERE conrelid = 'deliveries'::regclass AND contype = 'u';
    EXECUTE format('ALTER TABLE deliveries DROP CONSTRAINT %I', old);
END $$;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_once
    UNIQUE (tenant_id, signal_id, system, record_type, part, signal_detected_at);
-- The latest first, whatever the state; what belongs to a record of the CRM; what belongs to an account.
CREATE INDEX deliveries_newest ON deliveries (tenant_id, updated_at DESC, id DESC);
CREATE INDEX deliveries_record ON deliveries (tenant_id, system, record_id) WHERE record_id IS NOT NULL;
CREATE INDEX deliveries_account ON deliveries (tenant_id, account_id, updated_at DESC) WHERE account_id IS NOT NULL;
-- What nightly reconciliation looks up, and what an undo of a stretch of time takes back.
CREATE INDEX deliveries_delivered ON deliveries (tenant_id, connection_id, delivered_at, id) WHERE state = 'delivered';

-- Which field of the CRM's accounts stands for which of ours, and who wins when both changed.
CREATE TABLE field_mappings (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    momentum_field text NOT NULL,
    crm_field text,
    wins text NOT NULL CHECK (wins IN ('crm', 'momentum')),
    updated_by uuid,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, momentum_field),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
SELECT momentum_protect('field_mappings');

-- The fields that the CRM's accounts have, as it told last.
CREATE TABLE crm_account_fields (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    fields jsonb NOT NULL,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
SELECT momentum_protect('crm_account_fields');

-- What we last wrote into the fields of an account: a field that says something else now was changed by somebody.
CREATE TABLE account_fields_written (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    account_id uuid NOT NULL,
    fields jsonb NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, account_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
);
SELECT momentum_protect('account_fields_written');

-- Open activities of the CRM that are not ours: who works on an account already. No words of theirs are kept.
CREATE TABLE crm_activities (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    crm_id text NOT NULL,
    account_id uuid NOT NULL,
    owner_id text NOT NULL,
    url text,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, crm_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX crm_activities_account ON crm_activities (tenant_id, account_id);
SELECT momentum_protect('crm_activities');

-- What a night's comparison of our deliveries with the CRM came to.
CREATE TABLE reconciliations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    at timestamptz NOT NULL,
    checked bigint NOT NULL,
    missing bigint NOT NULL,
    changed bigint NOT NULL,
    twins bigint NOT NULL,
    duplicates_prevented bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX reconciliations_newest ON reconciliations (tenant_id, at DESC, id DESC);
SELECT momentum_protect('reconciliations');
