-- Claims that were not confirmed in time go back; it costs no attempt. Answers how many. $1 seconds they had.
with released as (
	update job set state = case when coalesce(job.cancelled_at, ru.cancelled_at) is null then 'queued' else 'cancelled' end,
		ended_at = case when coalesce(job.cancelled_at, ru.cancelled_at) is null then null else now() end,
		claim_id = null, claim_machine_id = null, claimed_at = null
	from run ru
	where job.state = 'leased' and job.claimed_at < now() - $1::integer * interval '1 second' and ru.id = job.run_id
	returning job.state
)
select count(*) filter (where state = 'queued') as jobs from released limit 1
