-- One job for the API; of one that waits, why it does and when it should start. $1 id, as text. No row: there is no such job.
select json_build_object('job', json_build_object(
	'id', j.id, 'run', j.run_id, 'tree', t.name, 'commit', c.sha, 'profile', p.name, 'repeat', j.repeat, 'state', j.state, 'priority', j.priority, 'attempts', j.attempts, 'attempts_max', j.attempts_max,
	'queued_at', to_char(j.queued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'expires_at', case when j.state = 'queued' then to_char(j.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end,
	'cancelled_at', to_char(j.cancelled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'ended_at', to_char(j.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'changes', (select coalesce(json_agg(json_build_object('what', x.what, 'priority', x.priority, 'by', t.name, 'at', to_char(x.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by x.id), '[]')
		from (select * from run_change where job_id = j.id order by id desc limit 50) x left join token t on t.id = x.token_id),
	'expected_start', to_char((now() + w.start * interval '1 second') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'why', queue_why(w.lane, w.turn, w.start),
	'attempt', (select a.id from attempt a where a.job_id = j.id order by a.number desc limit 1)))::text as body
from job j
join revision r on r.id = j.revision_id
join tree t on t.id = r.tree_id
join commit c on c.id = r.commit_id
join profile p on p.id = j.profile_id
left join lateral (
	select l.lane, l.turn, coalesce((select start from queue_plan(l.lanes, 200) where job_id = j.id), queue_start(l.lane, l.turn)) as start
	from (
		select (select l from unnest(a.lanes) l where l.lane_id = j.lane_id) as lane, a.lanes,
			(select count(*) from job o where o.lane_id between j.lane_id and j.lane_id and o.id <= j.id and o.state = 'queued') as turn
		from (select array_agg(l order by l.place) as lanes from queue_lanes() l) a
	) l
	where j.state = 'queued' and (l.lane).lane_id is not null
) w on true
where j.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
limit 1
