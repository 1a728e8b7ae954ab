-- Takes back one job: a queued one ends here, a running one is told at its next heartbeat. Repeating it changes nothing, and so does a job
-- that has ended. $1 job, as text of a URL. No row: there is no such job.
with found as (
	select id, state from job where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end for update
), stopped as (
	update job set cancelled_at = coalesce(job.cancelled_at, now()), state = case when found.state = 'queued' then 'cancelled' else found.state end,
		ended_at = case when found.state = 'queued' then now() end
	from found where job.id = found.id and found.state in ('queued', 'leased', 'running')
	returning job.id
), told as (
	insert into event (kind, subject_id) select 'job', id from stopped
)
select id from found limit 1
