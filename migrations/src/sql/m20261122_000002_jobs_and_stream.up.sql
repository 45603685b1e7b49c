-- Work to do. A finished job is deleted in the transaction of its effect; a dead one stays for a person to read.
CREATE TABLE jobs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    queue text NOT NULL,
    lane text NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    unique_key text,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'dead')),
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    failed_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_lanes ON jobs (tenant_id, queue, lane, seq) WHERE state = 'pending';
CREATE INDEX jobs_ready ON jobs (queue, tenant_id, run_at) WHERE state = 'pending';
CREATE UNIQUE INDEX jobs_unique ON jobs (tenant_id, queue, unique_key) WHERE state = 'pending' AND unique_key IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (tenant_id, failed_at DESC) WHERE state = 'dead';
SELECT momentum_protect('jobs');
-- The inbox commits events of many tenants in one statement, before any of them is in scope: it may insert, not read.
CREATE POLICY inbox_insert ON jobs FOR INSERT TO momentum_app WITH CHECK (true);

-- A lane that a worker holds right now. No row, no holder: a lane is worked by one worker at a time.
CREATE TABLE job_leases (
    tenant_id uuid NOT NULL,
    queue text NOT NULL,
    lane text NOT NULL,
    worker_id uuid NOT NULL,
    leased_until timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, queue, lane)
);
SELECT momentum_protect('job_leases');

-- A whole queue lane may be paused, for example while a connection is disconnected.
CREATE TABLE job_pauses (
    tenant_id uuid NOT NULL,
    queue text NOT NULL,
    lane_prefix text NOT NULL,
    reason text NOT NULL,
    until timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, queue, lane_prefix)
);
SELECT momentum_protect('job_pauses');

-- Recurring work of the installation as a whole (partitions, expiry); one row a schedule.
CREATE TABLE schedules (
    name text PRIMARY KEY,
    next_run_at timestamptz NOT NULL,
    last_run_at timestamptz,
    last_error text
);
GRANT SELECT, INSERT, UPDATE, DELETE ON schedules TO momentum_app;

-- Which tenants have due work in a queue: a skip-scan over the index, one step a tenant with pending work, so its cost
-- does not grow with the number of tenants or jobs. It answers tenant ids and nothing else.
GRANT SELECT ON jobs TO momentum_dispatch;
CREATE POLICY dispatch_reads ON jobs FOR SELECT TO momentum_dispatch USING (true);
CREATE FUNCTION tenants_with_due_jobs(wanted_queue text, at timestamptz, after_tenant uuid, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH RECURSIVE pending AS (
        (SELECT tenant_id FROM jobs
          WHERE state = 'pending' AND queue = wanted_queue AND (after_tenant IS NULL OR tenant_id > after_tenant)
          ORDER BY tenant_id LIMIT 1)
        UNION ALL
        SELECT next.tenant_id FROM pending, LATERAL (
            SELECT tenant_id FROM jobs
             WHERE state = 'pending' AND queue = wanted_queue AND tenant_id > pending.tenant_id
             ORDER BY tenant_id LIMIT 1) AS next
    )
    SELECT tenant_id FROM pending
     WHERE EXISTS (SELECT 1 FROM jobs WHERE state = 'pending' AND queue = wanted_queue
                      AND jobs.tenant_id = pending.tenant_id AND run_at <= at)
     LIMIT most
$$;
CREATE FUNCTION next_job_due(wanted_queue text) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT min(run_at) FROM jobs WHERE state = 'pending' AND queue = wanted_queue
$$;
REVOKE ALL ON FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer), next_job_due(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer), next_job_due(text) TO momentum_app;
GRANT CREATE ON SCHEMA public TO momentum_dispatch;
ALTER FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer) OWNER TO momentum_dispatch;
ALTER FUNCTION next_job_due(text) OWNER TO momentum_dispatch;
REVOKE CREATE ON SCHEMA public FROM momentum_dispatch;

-- What open pages are told, in an order without holes: the head row is taken until commit, so a reader that has seen
-- `seq` n has seen everything up to n.
CREATE TABLE stream_heads (
    tenant_id uuid PRIMARY KEY,
    seq bigint NOT NULL
);
SELECT momentum_protect('stream_heads');

CREATE TABLE stream_events (
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    account_id uuid,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX stream_events_age ON stream_events (tenant_id, created_at);
SELECT momentum_protect('stream_events');
