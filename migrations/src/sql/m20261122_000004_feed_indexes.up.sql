-- The feed shows what is open, of which there is little, among what was settled, of which there is ever more.
CREATE INDEX signals_open ON signals (tenant_id, posted_at DESC, id DESC) WHERE status IN ('open', 'snoozed');
-- The counts beside the feed read only these columns, so they need not read the signals themselves.
CREATE INDEX signals_facets ON signals (tenant_id, posted_at DESC)
    INCLUDE (kind, status, snoozed_until, confidence, account_id, channel_id, owner_member_id, sentiment);
-- What continues a signal.
CREATE INDEX signals_parent ON signals (tenant_id, parent_id) WHERE parent_id IS NOT NULL;
