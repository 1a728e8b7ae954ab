-- Takes back one job: a queued one ends here, a running one is told at its next heartbeat. Repeating it changes nothing, and so does a job
-- that has ended. $1 job, as text of a URL; $2 who asks; $3 who may change all. is_allowed: it may; owner: who ordered its run. No row:
-- there is no such job.
with found as (
	select job.id, job.run_id, job.state, job.cancelled_at is null as is_new, $3::boolean or run_is_of(job.run_id, $2::bigint) as is_allowed
	from job where job.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end for update
), stopped as (
	update job set cancelled_at = coalesce(job.cancelled_at, now()), state = case when found.state = 'queued' then 'cancelled' else found.state end,
		ended_at = case when found.state = 'queued' then now() end
	from found where job.id = found.id and found.is_allowed and found.state in ('queued', 'leased', 'running')
	returning job.id
), told as (
	insert into event (kind, subject_id) select 'job', id from stopped
), noted as (
	insert into run_change (run_id, job_id, what, token_id) select found.run_id, found.id, 'cancel', $2 from found join stopped on stopped.id = found.id where found.is_new
)
select found.is_allowed, (select t.name from run join token t on t.id = run.token_id where run.id = found.run_id) as owner from found limit 1
