-- The whole Slack workspace: channels with whether our bot is in them, their members, people, and how far a sync is;
-- and channel history that is read back a little at a time.

-- Who a member is in Slack, by e-mail address unless somebody said so, and the time zone of Slack or of the person's choice.
ALTER TABLE members
    ADD COLUMN slack_user_id text,
    ADD COLUMN slack_user_is_chosen boolean NOT NULL DEFAULT false,
    ADD COLUMN timezone text,
    ADD COLUMN timezone_is_chosen boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX members_slack_user ON members (tenant_id, slack_user_id) WHERE slack_user_id IS NOT NULL;

ALTER TABLE channels
    ADD COLUMN is_member boolean NOT NULL DEFAULT false,
    ADD COLUMN num_members bigint,
    -- A person's word about the class outlives renamings and syncs.
    ADD COLUMN class_is_chosen boolean NOT NULL DEFAULT false,
    -- Somebody asked for the bot to join; and why Slack refused, so that nobody asks it again and again.
    ADD COLUMN join_requested_at timestamptz,
    ADD COLUMN join_refused text,
    ADD COLUMN synced_at timestamptz,
    -- When somebody took the account from it: from then on only a person gives it one.
    ADD COLUMN unmapped_at timestamptz;

ALTER TABLE slack_users
    ADD COLUMN timezone text,
    ADD COLUMN is_deleted boolean NOT NULL DEFAULT false;
CREATE INDEX slack_users_email ON slack_users (tenant_id, lower(email)) WHERE email IS NOT NULL;

CREATE TABLE channel_members (
    tenant_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    slack_user_id text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, channel_id, slack_user_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id) ON DELETE CASCADE
);
SELECT momentum_protect('channel_members');

-- How far the sync of a connection's Slack workspace is. A crash goes on at `phase` and `cursor`.
CREATE TABLE slack_workspace_syncs (
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    phase text NOT NULL CHECK (phase IN ('channels', 'users', 'joins', 'members', 'done')),
    cursor text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
SELECT momentum_protect('slack_workspace_syncs');

-- Channel history that is read back page by page. Without a channel: all channels in which our bot is, one after the other.
CREATE TABLE backfills (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    channel_id uuid,
    reason text NOT NULL CHECK (reason IN ('requested', 'gap')),
    state text NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'done', 'failed', 'cancelled')),
    profile text NOT NULL CHECK (profile IN ('marketplace', 'throttled', 'internal')),
    requested_days integer NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    messages bigint NOT NULL DEFAULT 0,
    skipped_channels integer NOT NULL DEFAULT 0,
    oldest_reached timestamptz,
    checkpoint jsonb,
    next_request_at timestamptz,
    error text,
    requested_by uuid,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX backfills_newest ON backfills (tenant_id, created_at DESC, id DESC);
CREATE INDEX backfills_unfinished ON backfills (tenant_id, connection_id) WHERE state IN ('queued', 'running', 'waiting');
SELECT momentum_protect('backfills');

-- Which backfill fills a gap in what Slack told us.
ALTER TABLE ingest_gaps ADD COLUMN backfill_id uuid;
