-- One job for a machine: of the most urgent, of the user and tree that have the least, the oldest. $1 machine's id; $2 its tags; $3 the runner's
-- own id of the claim: repeating it answers the same job. No row: nothing queued for it. A claim that a crash of PostgreSQL forgets goes back to
-- the queue like one that was not confirmed, so nobody waits for the disk here.
with hasty as materialized (
	select set_config('synchronous_commit', 'off', true)
)
select taken.id, taken.is_new from hasty cross join lateral job_take($1::bigint, $2::text[], $3::uuid) taken limit 1
