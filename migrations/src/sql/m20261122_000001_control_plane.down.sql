DROP TABLE slack_installations, ingest_gaps, credentials, connections, tenant_keys, audit_entries, audit_heads,
    api_keys, members, sign_in_links, sessions, user_tenants, users, tenants;
DROP FUNCTION momentum_protect(regclass);
