-- Cancels a run: queued jobs end here, running ones are told at their next heartbeat. Repeating it changes nothing.
-- $1 id. No row: there is no such run.
with stopped as (
	update run set cancelled_at = coalesce(cancelled_at, now()) where id = $1::bigint returning id
),
ended as (
	update job set state = 'cancelled', ended_at = now()
	from stopped
	where job.run_id = stopped.id and job.state = 'queued'
	returning job.id
)
select stopped.id, (select count(*) from ended) as ended, event_add('run', stopped.id, null)::text as told from stopped limit 1;
