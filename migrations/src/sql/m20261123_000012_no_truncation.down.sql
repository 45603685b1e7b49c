ALTER TABLE job_leases RESET (vacuum_truncate);
ALTER TABLE jobs RESET (vacuum_truncate);
