-- A git server or a blob that is out of reach is not the machine's failing either: an outage took a lab's only machine out.

create or replace function attempt_is_machines_fault(attempt_id bigint) returns boolean language sql stable as $$
	select (a.result = 'fault' or a.state = 'lost')
		and coalesce(a.detail, '') not in ('the runner was stopped', 'the runner was killed or its machine restarted')
		and coalesce(a.detail, '') not like 'cannot fetch %'
		and not exists (select from job j join revision_patch p on p.revision_id = j.revision_id where j.id = a.job_id)
		and not exists (select from attempt o where o.job_id = a.job_id and o.machine_id <> a.machine_id and (o.result = 'fault' or o.state = 'lost'))
	from attempt a where a.id = $1
$$;
