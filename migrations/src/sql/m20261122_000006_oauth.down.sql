DROP FUNCTION tenants_with_other_keys(text, uuid, integer);
DROP POLICY dispatch_reads ON tenant_keys;
REVOKE SELECT (tenant_id, master_key_id) ON tenant_keys FROM momentum_dispatch;
ALTER TABLE credentials DROP COLUMN is_renewable;
ALTER TABLE connections DROP COLUMN quota, DROP COLUMN granted_scopes, DROP COLUMN circuit_open_until;
DROP TABLE oauth_states;
