-- What runs and what waits, for the API: running attempts, then queued jobs about in the order they will be taken, each with why it waits and when it should start.
-- $1 how many queued jobs, as text (null: 100; at most 1000). Always one row.
with asked as (
	select least(1000, case when $1::text ~ '^[0-9]{1,4}$' then $1::integer else 100 end) as n
), lanes as materialized (
	select l as lane, l.* from queue_lanes() l
), plan as materialized (
	select * from queue_plan((select array_agg(lane order by place) from lanes), (select n from asked))
)
select json_build_object(
	'running', (
		select coalesce(json_agg(json_build_object('id', a.id, 'number', a.number, 'job', a.job_id, 'run', j.run_id, 'tree', tree.name, 'commit', c.sha, 'subject', c.subject,
	'profile', p.name, 'arch', p.arch, 'machine', m.name, 'state', a.state, 'result', a.result, 'detail', a.detail, 'is_late', a.is_late,
	'step', a.step, 'done', a.step_done, 'of', a.step_of, 'unit', a.step_unit,
	'claimed_at', to_char(a.claimed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'started_at', to_char(a.started_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'ended_at', to_char(a.ended_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'url', '/attempts/' || a.id) order by a.id), '[]')
		from attempt a
		join job j on j.id = a.job_id
		join revision r on r.id = j.revision_id
		join commit c on c.id = r.commit_id
		join tree on tree.id = r.tree_id
		join profile p on p.id = j.profile_id
		join machine m on m.id = a.machine_id
		where a.state = 'running'),
	'queued_total', (select count(*) from job where state = 'queued'),
	'queued', (
		select coalesce(json_agg(listed.job order by listed.urgency desc, listed.level, listed.place), '[]')
		from (
			select j.urgency, j.level, j.place, json_build_object('id', j.id, 'run', j.run_id, 'priority', j.priority, 'by', token.name, 'tree', tree.name, 'commit', c.sha,
				'profile', p.name, 'arch', j.arch, 'needs', j.needs, 'repeat', j.repeat, 'attempts', j.attempts, 'queued_at', to_char(j.queued_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'expires_at', to_char(j.expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
				'expected_start', to_char(now() + j.start * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'why', queue_why(j.lane, j.turn, j.start)) as job
			from (
				select q.*, coalesce(plan.start, queue_start(l.lane, q.turn)) as start, l.lane, l.urgency, l.needs, l.place, l.user_id, l.first + (q.turn - 1) * l.step as level
				from asked
				cross join lanes l
				cross join lateral (
					select w.*, row_number() over (order by w.id) as turn
					from (select * from job where job.lane_id between l.lane_id and l.lane_id and state = 'queued' order by job.lane_id, id limit asked.n) w
				) q
				left join plan on plan.job_id = q.id
				order by l.urgency desc, level, l.place
				limit (select n from asked)
			) j
			left join token on token.id = j.user_id
			join revision r on r.id = j.revision_id
			join commit c on c.id = r.commit_id
			join profile p on p.id = j.profile_id
			join tree on tree.id = r.tree_id
		) listed))::text as body
limit 1;
