-- Jobs that have waited longer than they may: they end as expired. At most 500 at once. No parameters. A row for each.
with over as (
	select id from job where state = 'queued' and expires_at < now() order by expires_at limit 500 for update skip locked
), ended as (
	update job set state = 'expired', ended_at = now() from over where job.id = over.id
	returning job.id
), told as (
	insert into event (kind, subject_id) select 'job', id from ended
)
select id from ended order by id limit 500
