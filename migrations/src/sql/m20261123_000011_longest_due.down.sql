CREATE INDEX jobs_oldest ON jobs (tenant_id, queue, seq) WHERE state = 'pending';
