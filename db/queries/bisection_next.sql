-- Within a transaction: a running search that has not been looked at since attempts of it ended, or for a minute; nobody else's until the end.
-- With what an attempt costs under its profile (the last 50), how many machines are there for it, what its own attempts have taken, and in how many
-- attempts the bug came, and did not, on commits outside of its range that have it.
-- No parameters. No row: none.
select x.id, x.kind, x.tree_id, x.profile_id, x.token_id, x.budget_minutes, x.looked_at is null as is_first, p.name as profile, ended.n as ended,
	(select greatest(1, coalesce(sum(greatest(1, coalesce(m.slots, 1))), 0)) from machine m where m.arch = p.arch and m.state = 'active' and m.seen_at > now() - interval '2 minutes') as machines,
	coalesce((select sum(extract(epoch from coalesce(a.ended_at, now()) - a.started_at)) / 60 from bisection_run r join job j on j.run_id = r.run_id join attempt a on a.job_id = j.id where r.bisection_id = x.id), 0)::double precision as used_minutes,
	greatest(0.05, coalesce(cost.minutes - cost.build_minutes, (p.duration_s + 30) / 60.0))::double precision as run_minutes, coalesce(cost.build_minutes, 5)::double precision as build_minutes,
	elsewhere.events::double precision as elsewhere_events, elsewhere.clean::double precision as elsewhere_clean
from bisection x join profile p on p.id = x.profile_id
	cross join lateral (select count(*) as n from bisection_run r join job j on j.run_id = r.run_id where r.bisection_id = x.id and j.ended_at is not null
		and not exists (select from attempt a join work_item w on w.attempt_id = a.id and w.retry_at < 'infinity' where a.job_id = j.id)) ended
	cross join lateral (select avg(extract(epoch from l.ended_at - l.started_at) / 60) as minutes, coalesce(avg(l.build_seconds) / 60, 0) as build_minutes
		from (select a.* from job j join attempt a on a.job_id = j.id and a.result in ('clean', 'crash') where j.profile_id = x.profile_id and a.ended_at is not null order by j.id desc limit 50) l) cost
	cross join lateral (select coalesce(sum(y.attempts), 0) as events, coalesce(sum(t.attempts - y.attempts), 0) as clean
		from bug_tally y join revision r on r.id = y.revision_id and r.tree_id = x.tree_id and r.is_plain join tally t on t.revision_id = y.revision_id and t.profile_id = y.profile_id
		where y.bug_id = x.bug_id and y.profile_id = x.profile_id and not exists (select from bisection_commit c where c.bisection_id = x.id and c.commit_id = r.commit_id)) elsewhere
where x.state = 'running' and (x.looked_at is null or x.looked_at < now() - interval '60 seconds' or ended.n <> x.seen_attempts)
order by x.looked_at nulls first, x.id limit 1 for update of x skip locked
