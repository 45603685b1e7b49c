CREATE TABLE accounts (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    domain text,
    owner_member_id uuid,
    crm_system text,
    crm_id text,
    crm_url text,
    crm_owner_id text,
    crm_owner_email text,
    arr_minor bigint,
    currency text,
    renewal_on date,
    -- Content-free aggregates: they outlive the messages that they count.
    last_message_at timestamptz,
    last_signal_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, crm_system, crm_id),
    FOREIGN KEY (tenant_id, owner_member_id) REFERENCES members (tenant_id, id)
);
CREATE INDEX accounts_name ON accounts (tenant_id, lower(name));
CREATE INDEX accounts_owner ON accounts (tenant_id, owner_member_id);
CREATE INDEX accounts_last_signal ON accounts (tenant_id, last_signal_at DESC NULLS LAST);
SELECT momentum_protect('accounts');

CREATE TABLE contacts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    email text,
    title text,
    crm_system text,
    crm_id text,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, crm_system, crm_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX contacts_account ON contacts (tenant_id, account_id);
CREATE INDEX contacts_email ON contacts (tenant_id, lower(email));
SELECT momentum_protect('contacts');

CREATE TABLE channels (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    slack_team_id text NOT NULL,
    slack_channel_id text NOT NULL,
    name text NOT NULL,
    class text NOT NULL,
    is_external boolean NOT NULL DEFAULT false,
    is_private boolean NOT NULL DEFAULT false,
    is_archived boolean NOT NULL DEFAULT false,
    monitored boolean NOT NULL DEFAULT true,
    last_message_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, slack_team_id, slack_channel_id)
);
CREATE INDEX channels_name ON channels (tenant_id, name);
SELECT momentum_protect('channels');

-- Slack channel to account. `source` says who decided: a person, or the matcher with its confidence.
CREATE TABLE channel_mappings (
    tenant_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    account_id uuid NOT NULL,
    source text NOT NULL CHECK (source IN ('manual', 'matcher', 'import')),
    confidence smallint NOT NULL CHECK (confidence BETWEEN 0 AND 100),
    reason text NOT NULL,
    mapped_by uuid,
    mapped_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, channel_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX channel_mappings_account ON channel_mappings (tenant_id, account_id);
SELECT momentum_protect('channel_mappings');

-- People as Slack knows them, resolved to what they are for the tenant.
CREATE TABLE slack_users (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    slack_team_id text NOT NULL,
    slack_user_id text NOT NULL,
    name text NOT NULL,
    email text,
    title text,
    home_team_id text,
    kind text NOT NULL CHECK (kind IN ('customer', 'internal', 'bot')),
    is_guest boolean NOT NULL DEFAULT false,
    is_stranger boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, slack_team_id, slack_user_id)
);
SELECT momentum_protect('slack_users');

-- The message log. `posted_at` follows from `ts`, so the partition key does not loosen the identity
-- (tenant, Slack workspace, channel, ts).
CREATE TABLE messages (
    tenant_id uuid NOT NULL,
    posted_at timestamptz NOT NULL,
    slack_team_id text NOT NULL,
    slack_channel_id text NOT NULL,
    ts text NOT NULL,
    id uuid NOT NULL,
    channel_id uuid NOT NULL,
    thread_ts text,
    author_slack_user_id text,
    author_name text,
    author_kind text NOT NULL CHECK (author_kind IN ('customer', 'internal', 'bot')),
    author_team_id text,
    text text NOT NULL,
    is_broadcast boolean NOT NULL DEFAULT false,
    source text NOT NULL CHECK (source IN ('live', 'import')),
    -- The change that this row reflects: Slack's event_ts of the newest edit or delete that was applied.
    change_ts text,
    edited_at timestamptz,
    deleted_at timestamptz,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, slack_team_id, slack_channel_id, ts, posted_at)
) PARTITION BY RANGE (posted_at);
CREATE INDEX messages_channel ON messages (tenant_id, channel_id, posted_at DESC);
CREATE INDEX messages_thread ON messages (tenant_id, channel_id, thread_ts, posted_at) WHERE thread_ts IS NOT NULL;
SELECT momentum_protect('messages');

CREATE TABLE detection_configs (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    version integer NOT NULL,
    config jsonb NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, version)
);
SELECT momentum_protect('detection_configs');

CREATE TABLE signals (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('expansion', 'risk', 'buying_intent', 'usage', 'relationship', 'churn')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'handled', 'snoozed', 'dismissed', 'converted')),
    confidence smallint NOT NULL CHECK (confidence BETWEEN 0 AND 100),
    account_id uuid,
    channel_id uuid NOT NULL,
    message_id uuid NOT NULL,
    message_ts text NOT NULL,
    thread_ts text,
    title text NOT NULL,
    quote text NOT NULL,
    key_phrase text NOT NULL,
    evidence jsonb NOT NULL,
    polarity real NOT NULL,
    urgency real NOT NULL,
    sentiment text NOT NULL CHECK (sentiment IN ('positive', 'neutral', 'negative', 'urgent')),
    has_negation boolean NOT NULL,
    author jsonb NOT NULL,
    permalink text,
    recommendation jsonb NOT NULL,
    parent_id uuid,
    continuation jsonb,
    occurrences integer NOT NULL DEFAULT 1,
    last_occurrence_at timestamptz NOT NULL,
    owner_member_id uuid,
    snoozed_until timestamptz,
    confirmed boolean,
    dismiss_reason text,
    source text NOT NULL CHECK (source IN ('live', 'import')),
    detector_version text NOT NULL,
    config_version integer NOT NULL,
    posted_at timestamptz NOT NULL,
    detected_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id),
    FOREIGN KEY (tenant_id, owner_member_id) REFERENCES members (tenant_id, id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES signals (tenant_id, id)
);
CREATE INDEX signals_newest ON signals (tenant_id, posted_at DESC, id DESC);
CREATE INDEX signals_by_confidence ON signals (tenant_id, confidence DESC, id DESC);
CREATE INDEX signals_account ON signals (tenant_id, account_id, posted_at DESC);
CREATE INDEX signals_channel ON signals (tenant_id, channel_id, posted_at DESC);
CREATE INDEX signals_message ON signals (tenant_id, message_id);
CREATE INDEX signals_snoozed ON signals (tenant_id, snoozed_until) WHERE status = 'snoozed';
SELECT momentum_protect('signals');

-- What a detector found, shown or suppressed. `signal_id` is set when it opened or joined a signal.
CREATE TABLE detections (
    tenant_id uuid NOT NULL,
    posted_at timestamptz NOT NULL,
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    account_id uuid,
    kind text NOT NULL,
    confidence smallint NOT NULL,
    log_odds real NOT NULL,
    key_phrase text NOT NULL,
    evidence jsonb NOT NULL,
    suppressed_reason text,
    signal_id uuid,
    detector_version text NOT NULL,
    config_version integer NOT NULL,
    detected_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, posted_at, id)
) PARTITION BY RANGE (posted_at);
CREATE INDEX detections_message ON detections (tenant_id, message_id);
CREATE INDEX detections_signal ON detections (tenant_id, signal_id) WHERE signal_id IS NOT NULL;
SELECT momentum_protect('detections');

-- What happened to a signal and who did it; `before` lets the last action be undone.
CREATE TABLE signal_activities (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    signal_id uuid NOT NULL,
    at timestamptz NOT NULL,
    member_id uuid,
    action text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    before jsonb,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, signal_id) REFERENCES signals (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX signal_activities_signal ON signal_activities (tenant_id, signal_id, at);
SELECT momentum_protect('signal_activities');

-- One write to one destination for one signal. `signal_detected_at` is a copy that never changes, so that the
-- uniqueness of (signal, connection, record type) holds across partitions.
CREATE TABLE deliveries (
    tenant_id uuid NOT NULL,
    signal_detected_at timestamptz NOT NULL,
    id uuid NOT NULL,
    signal_id uuid NOT NULL,
    connection_id uuid,
    system text NOT NULL,
    record_type text NOT NULL CHECK (record_type IN ('task', 'opportunity', 'note')),
    state text NOT NULL CHECK (state IN ('waiting_for_mapping', 'waiting_for_connection', 'pending', 'delivered', 'dead_letter', 'discarded', 'suppressed')),
    reason text,
    attempts integer NOT NULL DEFAULT 0,
    error_code text,
    error_field text,
    error_message text,
    record_id text,
    record_url text,
    requested_by uuid,
    next_attempt_at timestamptz,
    delivered_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, signal_detected_at, id),
    UNIQUE (tenant_id, signal_id, system, record_type, signal_detected_at)
) PARTITION BY RANGE (signal_detected_at);
CREATE INDEX deliveries_state ON deliveries (tenant_id, state, updated_at DESC);
CREATE INDEX deliveries_id ON deliveries (tenant_id, id);
SELECT momentum_protect('deliveries');

CREATE TABLE imports (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL,
    file_name text NOT NULL,
    file_path text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    channels_total integer NOT NULL DEFAULT 0,
    channels_done integer NOT NULL DEFAULT 0,
    messages_total bigint NOT NULL DEFAULT 0,
    messages_done bigint NOT NULL DEFAULT 0,
    signals_found bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    checkpoint jsonb,
    error text,
    requested_by uuid,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX imports_newest ON imports (tenant_id, created_at DESC);
SELECT momentum_protect('imports');

-- Monthly partitions. The application asks for the months that it needs; only the owner of the tables can make them.
CREATE FUNCTION ensure_month_partitions(month_of timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    parent text;
    first timestamptz := date_trunc('month', month_of AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    last timestamptz := (date_trunc('month', month_of AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    child text;
BEGIN
    IF month_of < '2010-01-01' OR month_of > '2100-01-01' THEN
        RAISE EXCEPTION 'no partition for the month of %', month_of USING ERRCODE = 'check_violation';
    END IF;
    FOREACH parent IN ARRAY ARRAY['audit_entries', 'messages', 'detections', 'deliveries'] LOOP
        child := parent || '_' || to_char(month_of AT TIME ZONE 'UTC', 'YYYY_MM');
        IF to_regclass(child) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('momentum.partitions'));
            -- to_regclass may answer from before the lock; a query of its own sees what was committed meanwhile.
            IF NOT EXISTS (SELECT FROM pg_class WHERE relname = child AND relnamespace = 'public'::regnamespace) THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent, first, last);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
                EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', child);
                EXECUTE format('CREATE POLICY tenant_rows ON %I USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)', child);
            END IF;
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION ensure_month_partitions(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_month_partitions(timestamptz) TO momentum_app;
