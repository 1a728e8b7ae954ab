-- What runs and what waits, for the API: running attempts, then queued jobs about in the order they will be taken.
-- $1 how many queued jobs, as text (null: 100; at most 1000). Always one row.
with asked as (
	select least(1000, case when $1::text ~ '^[0-9]{1,4}$' then $1::integer else 100 end) as n
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
		select coalesce(json_agg(listed.job order by listed.urgency desc, listed.turn, listed.place), '[]')
		from (
			select j.urgency, j.turn, j.place, json_build_object('id', j.id, 'run', j.run_id, 'priority', j.priority, 'by', token.name, 'tree', tree.name, 'commit', c.sha,
				'profile', p.name, 'arch', j.arch, 'needs', j.needs, 'repeat', j.repeat, 'attempts', j.attempts, 'queued_at', to_char(j.queued_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'expires_at', to_char(j.expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as job
			from (
				select q.*, l.urgency, l.needs, r.place, s.user_id
				from asked
				cross join lane_ranks((select array_agg(distinct need) from lane, unnest(needs) need where is_open)) with ordinality r (lane_id, place)
				join lane l on l.id = r.lane_id
				join share s on s.id = l.share_id
				cross join lateral (
					select w.*, row_number() over (order by w.id) as turn
					from (select * from job where lane_id between l.id and l.id and state = 'queued' order by lane_id, id limit asked.n) w
				) q
				order by l.urgency desc, q.turn, r.place
				limit (select n from asked)
			) j
			left join token on token.id = j.user_id
			join revision r on r.id = j.revision_id
			join commit c on c.id = r.commit_id
			join profile p on p.id = j.profile_id
			join tree on tree.id = r.tree_id
		) listed))::text as body
limit 1;
