DROP FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer);
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
DROP INDEX jobs_oldest;
