DROP TABLE stream_events, stream_heads, schedules, job_pauses, job_leases;
DROP FUNCTION next_job_due(text);
DROP FUNCTION tenants_with_due_jobs(text, timestamptz, uuid, integer);
DROP TABLE jobs;
