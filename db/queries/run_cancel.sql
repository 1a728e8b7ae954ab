-- Cancels a run: queued jobs end here, running ones are told at their next heartbeat. Repeating it changes nothing.
-- $1 id; $2 who asks (null: Faultline itself); $3 who may change all. is_allowed: it may; owner: who ordered it. No row: there is no such run.
with found as (
	select run.id, run.cancelled_at is null as is_new, $3::boolean or run_is_of(run.id, $2::bigint) as is_allowed, run.token_id
	from run where run.id = $1::bigint for update
),
stopped as (
	update run set cancelled_at = coalesce(cancelled_at, now()) from found where run.id = found.id and found.is_allowed returning run.id
),
ended as (
	update job set state = 'cancelled', ended_at = now()
	from stopped
	where job.run_id = stopped.id and job.state = 'queued'
	returning job.id
),
noted as (
	insert into run_change (run_id, what, token_id) select id, 'cancel', $2 from found where is_allowed and is_new
)
select found.is_allowed, (select name from token where id = found.token_id) as owner, (select count(*) from ended) as ended,
	case when found.is_allowed then event_add('run', found.id, null) end::text as told
from found limit 1;
