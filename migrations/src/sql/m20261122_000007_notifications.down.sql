DROP TABLE notifications, notification_routes;
DROP FUNCTION members_with_due_notices(timestamptz, integer);
DROP POLICY dispatch_reads ON members;
REVOKE SELECT (tenant_id, id, next_digest_at) ON members FROM momentum_dispatch;
ALTER TABLE members
    DROP COLUMN next_digest_at,
    DROP COLUMN alerts_held_until,
    DROP COLUMN weekly_digest_at,
    DROP COLUMN daily_digest_at,
    DROP COLUMN email_failing_reason,
    DROP COLUMN email_failing_since,
    DROP COLUMN notification_preferences;
