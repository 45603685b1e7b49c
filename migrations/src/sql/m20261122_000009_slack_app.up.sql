-- Alerts that were posted to Slack, so that none is posted twice and each follows its signal. A row without `ts` is a
-- post that began: whoever finds it after `claimed_until` looks in Slack before posting.
CREATE TABLE slack_alerts (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    id uuid NOT NULL,
    signal_id uuid NOT NULL,
    -- `member:<id>` or `channel:<Slack's id>`.
    target text NOT NULL,
    member_id uuid,
    slack_team_id text NOT NULL,
    slack_channel_id text,
    ts text,
    -- What was posted last, so that an unchanged alert is left alone.
    state_hash text,
    claimed_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, signal_id, target),
    FOREIGN KEY (tenant_id, signal_id) REFERENCES signals (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);
SELECT momentum_protect('slack_alerts');

-- Which uses of buttons, menus and commands were taken already. Kept for a day: Slack's own window is five minutes.
CREATE TABLE slack_requests (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    request_key text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, request_key)
);
CREATE INDEX slack_requests_age ON slack_requests (tenant_id, received_at);
SELECT momentum_protect('slack_requests');

-- "Which account is #xyz?", asked of one person by direct message; once for each channel.
CREATE TABLE slack_channel_questions (
    tenant_id uuid NOT NULL REFERENCES tenants (tenant_id) ON DELETE CASCADE,
    channel_id uuid NOT NULL,
    member_id uuid NOT NULL,
    slack_team_id text NOT NULL,
    slack_channel_id text,
    ts text,
    asked_at timestamptz NOT NULL,
    answered_at timestamptz,
    PRIMARY KEY (tenant_id, channel_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);
CREATE INDEX slack_channel_questions_asked ON slack_channel_questions (tenant_id, asked_at);
SELECT momentum_protect('slack_channel_questions');
