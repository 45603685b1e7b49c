-- An installation that somebody began and that the vendor has not answered yet. The state is kept as a hash; the PKCE
-- verifier is sealed. Both belong to one session: whoever comes back with another one is refused.
CREATE TABLE oauth_states (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    state_hash bytea NOT NULL,
    vendor text NOT NULL CHECK (vendor IN ('slack', 'salesforce', 'hubspot')),
    member_id uuid NOT NULL,
    session_hash bytea NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, state_hash)
);
SELECT momentum_protect('oauth_states');

-- What the vendor last said of our budget there, what it granted, and until when we leave it alone.
ALTER TABLE connections
    ADD COLUMN quota jsonb,
    ADD COLUMN granted_scopes text[],
    ADD COLUMN circuit_open_until timestamptz;
-- Whether the access token can be renewed without a person: its end is then nobody's business.
ALTER TABLE credentials ADD COLUMN is_renewable boolean NOT NULL DEFAULT false;

-- Which tenants still have data keys under another master key: ids only, for `keys rotate`, which then works within
-- each tenant.
GRANT SELECT (tenant_id, master_key_id) ON tenant_keys TO momentum_dispatch;
CREATE POLICY dispatch_reads ON tenant_keys FOR SELECT TO momentum_dispatch USING (true);
CREATE FUNCTION tenants_with_other_keys(current_master_key text, after_tenant uuid, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT DISTINCT tenant_id FROM tenant_keys
     WHERE master_key_id <> current_master_key AND (after_tenant IS NULL OR tenant_id > after_tenant)
     ORDER BY tenant_id LIMIT most
$$;
REVOKE ALL ON FUNCTION tenants_with_other_keys(text, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_with_other_keys(text, uuid, integer) TO momentum_app;
GRANT CREATE ON SCHEMA public TO momentum_dispatch;
ALTER FUNCTION tenants_with_other_keys(text, uuid, integer) OWNER TO momentum_dispatch;
REVOKE CREATE ON SCHEMA public FROM momentum_dispatch;
