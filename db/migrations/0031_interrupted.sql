-- A runner that is stopped or killed in the middle of a job has not failed: restarting it three times took its machine out.

create or replace function attempt_is_machines_fault(attempt_id bigint) returns boolean language sql stable as $$
	select (a.result = 'fault' or a.state = 'lost')
		and coalesce(a.detail, '') not in ('the runner was stopped', 'the runner was killed or its machine restarted')
		and not exists (select from job j join revision_patch p on p.revision_id = j.revision_id where j.id = a.job_id)
		and not exists (select from attempt o where o.job_id = a.job_id and o.machine_id <> a.machine_id and (o.result = 'fault' or o.state = 'lost'))
	from attempt a where a.id = $1
$$;
