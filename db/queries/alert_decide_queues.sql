-- A queue whose oldest job has waited for 15 minutes, in which no job of its architecture was taken, while a server listens, is stuck;
-- one that moves or is empty ends its alert.
-- One row: the new alerts, as text of an array.
with recent as materialized (
	select j.arch, a.state, a.started_at from (select * from attempt order by id desc limit 500) a join job j on j.id = a.job_id
), stuck as materialized (
	select distinct head.arch
	from lane l cross join lateral (
		select arch, queued_at from job where state = 'queued' and lane_id = l.id order by id limit 1) head
	where l.is_open and head.queued_at < now() - interval '15 minutes'
		and not exists (select from recent r where r.arch = head.arch and (r.state = 'running' or r.started_at > now() - interval '15 minutes'))
), ended as (
	update alert set ended_at = now() where kind = 'queue_stuck' and ended_at is null and arch not in (select arch from stuck) returning id
), made as (
	insert into alert (kind, thread, severity, title, arch)
	select 'queue_stuck', 'queue:' || arch, 'medium', 'jobs for ' || arch || ' wait and no machine takes them', arch
	from stuck
	where exists (select from listening l where l.seen_at > now() - interval '1 minute' and l.since < now() - interval '15 minutes')
	on conflict (kind, thread) where kind in ('machine_lost', 'machine_bad', 'queue_stuck') and ended_at is null do nothing
	returning id
), told as (
	insert into event (kind, subject_id) select 'alert', id from made union all select 'alert', id from ended
)
select (select coalesce(array_agg(id), '{}') from made)::text as alerts limit 1
