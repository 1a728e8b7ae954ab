-- One job for a machine, the most urgent first. $1 machine's id; $2 archs it can run; $3 the runner's own id of the claim:
-- repeating it answers the same job. No row: nothing queued. A claim that a crash of PostgreSQL forgets goes back to the queue like
-- one that was not confirmed, so nobody waits for the disk here.
with hasty as materialized (
	select set_config('synchronous_commit', 'off', true)
), known as (
	select id from job where claim_id = $3::uuid
), best as (
	select top.arch
	from unnest($2::text[]) a cross join lateral (
		select arch, priority, id from job where state = 'queued' and arch = a order by priority desc, id limit 1
	) top
	order by top.priority desc, top.id limit 1
), free as (
	select id from job
	where state = 'queued' and arch = (select arch from best) and not exists (select from known)
	order by priority desc, id limit 1
	for update skip locked
), claimed as (
	update job set state = 'leased', claim_id = $3::uuid, claim_machine_id = $1::bigint, claimed_at = clock_timestamp()
	from free, hasty where job.id = free.id
	returning job.id
)
select id, false as is_new from known union all select id, true from claimed limit 1
