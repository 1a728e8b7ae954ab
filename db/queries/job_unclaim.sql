-- A claim of which nobody heard goes back at once; it costs no attempt. $1 claim's id.
update job set state = case when coalesce(job.cancelled_at, ru.cancelled_at) is null then 'queued' else 'cancelled' end,
	ended_at = case when coalesce(job.cancelled_at, ru.cancelled_at) is null then null else now() end,
	claim_id = null, claim_machine_id = null, claimed_at = null
from run ru
where job.claim_id = $1::uuid and job.state = 'leased' and ru.id = job.run_id
