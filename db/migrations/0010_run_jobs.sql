-- How far a run is: counted in one place for the API's and the pages' lists.
create function run_jobs(run_id bigint) returns table (total bigint, ended bigint, active bigint, failed bigint, states json)
language sql stable parallel safe as $$
	select coalesce(sum(n), 0)::bigint, coalesce(sum(n) filter (where state in ('done', 'failed', 'lost', 'cancelled')), 0)::bigint,
		coalesce(sum(n) filter (where state in ('leased', 'running')), 0)::bigint, coalesce(sum(n) filter (where state in ('failed', 'lost')), 0)::bigint,
		json_build_object('total', coalesce(sum(n), 0), 'queued', coalesce(sum(n) filter (where state = 'queued'), 0),
			'leased', coalesce(sum(n) filter (where state = 'leased'), 0), 'running', coalesce(sum(n) filter (where state = 'running'), 0),
			'done', coalesce(sum(n) filter (where state = 'done'), 0), 'failed', coalesce(sum(n) filter (where state = 'failed'), 0),
			'lost', coalesce(sum(n) filter (where state = 'lost'), 0), 'cancelled', coalesce(sum(n) filter (where state = 'cancelled'), 0))
	from (select state, count(*) as n from job where job.run_id = $1 group by state) of_state
$$;
comment on function run_jobs(bigint) is 'A run''s jobs: all, those that ended, those leased or running, those failed or lost (as run_state takes them), and each state''s count for the API.';
