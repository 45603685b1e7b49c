-- The next lane is found among the jobs that are due for longest, by jobs_ready: jobs of the future stood in the way.
DROP INDEX jobs_oldest;
