-- One run for the API, with its last 200 attempts, and beside what its base gave when it changes something.
-- $1 id, as text. No row: there is no such run.
select json_build_object('run', json_build_object(
	'id', run.id, 'title', run.title, 'tree', tree.name, 'priority', run.priority, 'by', token.name,
	'created_at', to_char(run.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'state', run_state(run.cancelled_at, n.total, n.ended, n.active, n.failed),
	'migrations', run.migrations, 'duration_s', run.duration_s, 'told_at', to_char(run.told_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'queue_limit_s', run.queue_limit_s, 'jobs', n.states,
	'url', '/runs/' || run.id,
	'cancelled_at', to_char(run.cancelled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'changes', (select coalesce(json_agg(json_build_object('what', x.what, 'job', x.job_id, 'priority', x.priority, 'by', t.name, 'at', to_char(x.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by x.id), '[]')
		from (select * from run_change where run_id = run.id order by id desc limit 50) x left join token t on t.id = x.token_id),
	'compare', run_compare(run.id),
	'attempts', (
		select coalesce(json_agg(listed.attempt order by listed.id), '[]')
		from (
			select a.id, json_build_object('id', a.id, 'job', a.job_id, 'commit', c.sha, 'profile', p.name, 'machine', m.name, 'state', a.state,
				'result', a.result, 'step', a.step, 'url', '/attempts/' || a.id) as attempt
			from ( -- job by job: a run that was just made is answered while its first job is waited for
				select tried.*, job.revision_id, job.profile_id
				from job cross join lateral (select * from attempt where job_id = job.id offset 0) tried
				where job.run_id = run.id
				order by tried.id desc
				limit 200
			) a
			join revision r on r.id = a.revision_id
			join commit c on c.id = r.commit_id
			join profile p on p.id = a.profile_id
			join machine m on m.id = a.machine_id
		) listed)))::text as body
from run
join tree on tree.id = run.tree_id
left join token on token.id = run.token_id
cross join lateral run_jobs(run.id) n
where run.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1;
