-- A runner ends an order without an answer. $1 kernel; $2 claim's id; $3 it gave way to a job: that costs no try; $4 why, for people.
-- The next try waits 1 minute, then 4, then it has failed. No row: the lease is over.
update symbol_order
set state = case when not $3::boolean and tries >= 2 then 'failed' else 'queued' end,
	tries = case when $3::boolean then tries else tries + 1 end,
	retry_at = case when $3::boolean then now() else now() + (tries + 1) * (tries + 1) * interval '1 minute' end,
	error = $4::text, claim_id = null, lease_until = null
where kernel_id = $1::bigint and claim_id = $2::uuid
returning kernel_id, state
