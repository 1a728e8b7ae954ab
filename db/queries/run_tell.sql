-- Tells of runs that have ended, to the subscription that each names: one delivery for each run, once the numbers of its attempts are read.
-- No parameters. One row: how many.
with over as (
	select ru.id, ru.notify_id
	from run ru
	where ru.notify_id is not null and ru.told_at is null
		and not exists (select from job j where j.run_id = ru.id and j.state in ('queued', 'leased', 'running'))
		and not exists (select from job j join attempt a on a.job_id = j.id join work_item w on w.attempt_id = a.id
			where j.run_id = ru.id and w.stage = 'measure' and w.retry_at <> 'infinity')
	order by ru.id limit 20
	for update of ru skip locked
), told as (
	update run set told_at = now() from over where run.id = over.id
), made as (
	insert into delivery (subscription_id, thread, run_id) select notify_id, 'run:' || id, id from over
	on conflict (run_id) do nothing
	returning id
), called as (
	select pg_notify('work', 'deliver') from (select from made limit 1) one
)
select (select count(*) from made) as runs, (select count(*) from called) as called limit 1
