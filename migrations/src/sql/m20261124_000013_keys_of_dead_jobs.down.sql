CREATE INDEX slack_installations_enterprise ON slack_installations (enterprise_id) WHERE enterprise_id IS NOT NULL;
ALTER TABLE connections DROP COLUMN given_up_at;
DROP INDEX jobs_dead_keys;
