-- What is tried again or given up finds its dead job by the key.
CREATE INDEX jobs_dead_keys ON jobs (tenant_id, queue, unique_key) WHERE state = 'dead' AND unique_key IS NOT NULL;
-- A connection that somebody gave up is not one that the vendor refuses: only connecting it again brings it back.
ALTER TABLE connections ADD COLUMN given_up_at timestamptz;
-- An installation is looked up by the id under which it was entered, a Grid's like a workspace's.
DROP INDEX slack_installations_enterprise;
