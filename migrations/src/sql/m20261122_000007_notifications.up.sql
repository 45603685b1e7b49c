-- Who is told what, when and by which way.

ALTER TABLE members
    -- What the person chose; empty is the product's own choice.
    ADD COLUMN notification_preferences jsonb NOT NULL DEFAULT '{}',
    -- Since when the mail server refuses the address for good, and in which words. Nothing is sent there until somebody says so.
    ADD COLUMN email_failing_since timestamptz,
    ADD COLUMN email_failing_reason text,
    -- When the next digests are due, and until when alerts are held. A new member is looked at at once, which sets them.
    ADD COLUMN daily_digest_at timestamptz DEFAULT '2000-01-01T00:00:00Z',
    ADD COLUMN weekly_digest_at timestamptz,
    ADD COLUMN alerts_held_until timestamptz,
    ADD COLUMN next_digest_at timestamptz GENERATED ALWAYS AS (LEAST(daily_digest_at, weekly_digest_at, alerts_held_until)) STORED;
CREATE INDEX members_next_digest ON members (next_digest_at) WHERE next_digest_at IS NOT NULL;

-- Which members are due, over all tenants, by the index: ids and nothing else.
GRANT SELECT (tenant_id, id, next_digest_at) ON members TO momentum_dispatch;
CREATE POLICY dispatch_reads ON members FOR SELECT TO momentum_dispatch USING (true);
CREATE FUNCTION members_with_due_notices(at timestamptz, most integer) RETURNS TABLE (tenant_id uuid, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT members.tenant_id, members.id FROM members WHERE next_digest_at <= at ORDER BY next_digest_at LIMIT most
$$;
REVOKE ALL ON FUNCTION members_with_due_notices(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION members_with_due_notices(timestamptz, integer) TO momentum_app;
GRANT CREATE ON SCHEMA public TO momentum_dispatch;
ALTER FUNCTION members_with_due_notices(timestamptz, integer) OWNER TO momentum_dispatch;
REVOKE CREATE ON SCHEMA public FROM momentum_dispatch;

-- Who is told of which signals. No row: the product's own rule.
CREATE TABLE notification_routes (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    team_channel_id text,
    rules jsonb NOT NULL,
    updated_by uuid,
    updated_at timestamptz NOT NULL
);
SELECT momentum_protect('notification_routes');

-- One notice to one recipient by one way. `subject` is what it is about (a signal's id, or `daily:` and a local date),
-- `recipient` a member's id or a Slack channel's.
CREATE TABLE notifications (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    subject text NOT NULL,
    recipient text NOT NULL,
    way text NOT NULL CHECK (way IN ('slack_dm', 'slack_channel', 'email')),
    purpose text NOT NULL CHECK (purpose IN ('alert', 'daily_digest', 'weekly_digest', 'system')),
    member_id uuid,
    signal_id uuid,
    state text NOT NULL CHECK (state IN ('held', 'pending', 'sent', 'suppressed', 'failed')),
    reason text,
    -- Waits for the digest, and is said in it.
    is_for_digest boolean NOT NULL DEFAULT false,
    due_at timestamptz NOT NULL,
    -- What a digest tells of.
    covers_from timestamptz,
    covers_to timestamptz,
    -- Set before a message goes out that its server does not know again: after a crash it is looked for first.
    attempted_at timestamptz,
    sent_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, subject, recipient, way),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, signal_id) REFERENCES signals (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX notifications_newest ON notifications (tenant_id, member_id, created_at DESC, id DESC);
CREATE INDEX notifications_held ON notifications (tenant_id, member_id, due_at) WHERE state = 'held';
CREATE INDEX notifications_spent ON notifications (tenant_id, member_id, due_at)
    WHERE purpose = 'alert' AND state IN ('pending', 'sent') AND NOT is_for_digest;
CREATE INDEX notifications_signal ON notifications (tenant_id, signal_id) WHERE signal_id IS NOT NULL;
SELECT momentum_protect('notifications');
