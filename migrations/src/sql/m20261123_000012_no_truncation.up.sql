-- Vacuum gives the empty end of a table back to the disk under a lock that keeps everybody else out. These tables fill and
-- empty all the time, so that there is always such an end and it is always wanted again.
ALTER TABLE jobs SET (vacuum_truncate = off);
ALTER TABLE job_leases SET (vacuum_truncate = off);
