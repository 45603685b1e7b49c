ALTER TABLE ingest_gaps DROP COLUMN backfill_id;
DROP TABLE backfills;
DROP TABLE slack_workspace_syncs;
DROP TABLE channel_members;
DROP INDEX slack_users_email;
ALTER TABLE slack_users DROP COLUMN timezone, DROP COLUMN is_deleted;
ALTER TABLE channels DROP COLUMN is_member, DROP COLUMN num_members, DROP COLUMN class_is_chosen, DROP COLUMN join_requested_at,
    DROP COLUMN join_refused, DROP COLUMN synced_at, DROP COLUMN unmapped_at;
DROP INDEX members_slack_user;
ALTER TABLE members DROP COLUMN slack_user_id, DROP COLUMN slack_user_is_chosen, DROP COLUMN timezone, DROP COLUMN timezone_is_chosen;
