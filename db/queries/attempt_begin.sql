-- A claim is confirmed: the attempt begins. $1 claim's id; $2 machine's name; $3 length of the lease, seconds.
-- Repeating answers the same attempt. No row: the claim is gone, or its run was cancelled (then the job ends here).
with known as (
	select a.id, a.job_id, a.claimed_at from attempt a where a.claim_id = $1::uuid
), old as (
	select j.id, j.claim_machine_id, j.claimed_at, coalesce(j.cancelled_at, ru.cancelled_at) is not null as is_cancelled
	from job j join machine m on m.id = j.claim_machine_id and m.name = $2::text join run ru on ru.id = j.run_id
	where j.claim_id = $1::uuid and j.state = 'leased' and not exists (select from known)
	for update of j
), begun as (
	update job set state = 'running', attempts = attempts + 1, claim_id = null, claim_machine_id = null, claimed_at = null
	from old where job.id = old.id and not old.is_cancelled
	returning job.id, job.run_id, job.attempts, old.claim_machine_id, old.claimed_at
), dropped as (
	update job set state = 'cancelled', ended_at = now(), claim_id = null, claim_machine_id = null, claimed_at = null
	from old where job.id = old.id and old.is_cancelled
), made as (
	insert into attempt (job_id, number, machine_id, claim_id, claimed_at, lease_until)
	select id, attempts, claim_machine_id, $1::uuid, claimed_at, now() + $3::integer * interval '1 second' from begun
	returning id, job_id, claimed_at
), told as (
	insert into event (kind, subject_id, attempt_id)
	select 'attempt', id, id from made union all select 'job', job_id, id from made
)
select id, job_id, to_char(claimed_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as claimed_at from known
union all
select id, job_id, to_char(claimed_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from made
limit 1
