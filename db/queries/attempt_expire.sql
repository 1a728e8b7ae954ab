-- Runners that fell silent: their attempts are lost, their jobs queued again, or lost when they have been tried often enough.
-- Silence counts only while a server listened (see table listening): after a break every lease has its length again. At most 100 at once.
-- A row for each attempt.
with over as (
	select a.id, a.job_id, a.lease_until, a.machine_id from attempt a
	where a.state = 'running' and a.lease_until < now() and exists (
		select from listening l
		where l.seen_at > now() - least(15, l.lease_s / 2.0) * interval '1 second' and l.since + l.lease_s * interval '1 second' < now())
	order by a.lease_until limit 100
	for update skip locked
), ended as (
	update attempt a set state = 'lost', ended_at = now(),
		detail = 'the runner fell silent: its lease ended at ' || to_char(a.lease_until, 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
	from over where a.id = over.id
	returning a.id, a.job_id
), moved as (
	update job j set state = case when coalesce(j.cancelled_at, ru.cancelled_at) is not null then 'cancelled' when j.attempts < j.attempts_max then 'queued' else 'lost' end,
		queued_at = now(),
		ended_at = case when coalesce(j.cancelled_at, ru.cancelled_at) is null and j.attempts < j.attempts_max then null else now() end
	from ended, run ru
	where j.id = ended.job_id and j.state = 'running' and ru.id = j.run_id
	returning j.id
), measured as (
	insert into work_item (stage, attempt_id) select 'measure', id from ended on conflict do nothing
), told as (
	insert into event (kind, subject_id, attempt_id)
	select 'attempt', id, id from ended union all select 'job', job_id, id from ended
), called as (
	select pg_notify('work', 'measure') from (select from ended limit 1) one
)
select id, job_id, (select count(*) from called) as called from ended order by id limit 100
