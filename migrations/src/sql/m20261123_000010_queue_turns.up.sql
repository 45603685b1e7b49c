-- What waits longest in a queue of a tenant is found without a look at each of its lanes.
CREATE INDEX jobs_oldest ON jobs (tenant_id, queue, seq) WHERE state = 'pending';

-- The same answer as before, now in the order of a rotation: first the tenants after `after_tenant`, then those up to it.
-- A procedure's statements are planned once a session, where a function in SQL was planned at each look for work; and
-- each step begins where the last ended, where a condition on NULL made it read the jobs of all tenants before.
DROP FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer);
CREATE FUNCTION tenants_with_due_jobs(wanted_queue text, at timestamptz, after_tenant uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    here uuid := after_tenant;
    found_so_far integer := 0;
    is_second_half boolean := false;
BEGIN
    WHILE found_so_far < most LOOP
        IF is_second_half AND here IS NULL THEN
            SELECT tenant_id INTO here FROM jobs WHERE state = 'pending' AND queue = wanted_queue ORDER BY tenant_id LIMIT 1;
        ELSE
            SELECT tenant_id INTO here FROM jobs
             WHERE state = 'pending' AND queue = wanted_queue AND tenant_id > here ORDER BY tenant_id LIMIT 1;
        END IF;
        IF here IS NULL OR (is_second_half AND here > after_tenant) THEN
            EXIT WHEN is_second_half;
            is_second_half := true;
            here := NULL;
            CONTINUE;
        END IF;
        IF EXISTS (SELECT FROM jobs
                    WHERE state = 'pending' AND queue = wanted_queue AND tenant_id = here AND run_at <= at) THEN
            found_so_far := found_so_far + 1;
            RETURN NEXT here;
        END IF;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer) TO momentum_app;
GRANT CREATE ON SCHEMA public TO momentum_dispatch;
ALTER FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer) OWNER TO momentum_dispatch;
REVOKE CREATE ON SCHEMA public FROM momentum_dispatch;

-- Nothing asks for it.
DROP FUNCTION next_job_due(text);
