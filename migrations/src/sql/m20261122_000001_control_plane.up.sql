-- Gives a tenant table its wall: the application sees and writes only the rows of the tenant that its transaction names.
CREATE FUNCTION momentum_protect(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY tenant_rows ON %s USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)',
        target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO momentum_app', target);
END $$;

CREATE TABLE tenants (
    tenant_id uuid PRIMARY KEY,
    name text NOT NULL,
    timezone text NOT NULL DEFAULT 'UTC',
    is_demo boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
SELECT momentum_protect('tenants');

-- Tables without tenant data. They are read before the tenant is known: sign-in and the inbox.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE user_tenants (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, tenant_id)
);

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    ip text,
    user_agent text,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE sign_in_links (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    is_reusable boolean NOT NULL DEFAULT false,
    used_at timestamptz,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON users, user_tenants, sessions, sign_in_links TO momentum_app;

CREATE TABLE members (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'vp', 'rep', 'csm', 'viewer')),
    is_active boolean NOT NULL DEFAULT true,
    preferences jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, user_id)
);
SELECT momentum_protect('members');

CREATE TABLE api_keys (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    key_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, key_hash)
);
SELECT momentum_protect('api_keys');

-- The audit chain. `audit_heads` serialises appends of one tenant; entries are append-only for the application.
CREATE TABLE audit_heads (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    hash bytea NOT NULL
);
SELECT momentum_protect('audit_heads');

CREATE TABLE audit_entries (
    tenant_id uuid NOT NULL,
    at timestamptz NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('member', 'api_key', 'system')),
    actor_id uuid,
    actor_name text,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id text,
    ip text,
    request_id text,
    detail jsonb NOT NULL DEFAULT '{}',
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, at, seq)
) PARTITION BY RANGE (at);
CREATE INDEX audit_entries_action ON audit_entries (tenant_id, action, at DESC);
SELECT momentum_protect('audit_entries');
REVOKE UPDATE, DELETE ON audit_entries FROM momentum_app;

CREATE TABLE tenant_keys (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    key_id integer NOT NULL,
    master_key_id text NOT NULL,
    wrapped_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, key_id)
);
SELECT momentum_protect('tenant_keys');

CREATE TABLE connections (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    vendor text NOT NULL CHECK (vendor IN ('slack', 'salesforce', 'hubspot')),
    name text NOT NULL,
    external_id text NOT NULL,
    status text NOT NULL DEFAULT 'connected' CHECK (status IN ('connected', 'degraded', 'disconnected')),
    status_reason text,
    settings jsonb NOT NULL DEFAULT '{}',
    last_success_at timestamptz,
    last_error_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, vendor, external_id)
);
SELECT momentum_protect('connections');

CREATE TABLE credentials (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    sealed bytea NOT NULL,
    expires_at timestamptz,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
SELECT momentum_protect('credentials');

-- A stretch of time in which a vendor did not tell us everything.
CREATE TABLE ingest_gaps (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    reason text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, connection_id, reason, started_at),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
SELECT momentum_protect('ingest_gaps');

-- Which tenant an installed Slack workspace belongs to: ids only, read before the tenant is known.
CREATE TABLE slack_installations (
    slack_team_id text PRIMARY KEY,
    enterprise_id text,
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    app_id text,
    bot_user_id text,
    bot_id text,
    is_active boolean NOT NULL DEFAULT true,
    updated_at timestamptz NOT NULL
);
CREATE INDEX slack_installations_enterprise ON slack_installations (enterprise_id) WHERE enterprise_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON slack_installations TO momentum_app;

-- Readiness compares what was applied with what the binary knows.
GRANT SELECT ON seaql_migrations TO momentum_app;
