CREATE INDEX slack_installations_enterprise ON slack_installations (enterprise_id) WHERE enterprise_id IS NOT NULL;
DROP INDEX jobs_dead_keys;
