-- A runner is still at an order: renews its lease. $1 kernel; $2 claim's id; $3 length of the lease, seconds. No row: the lease is over.
-- gives_way: a job is queued that this machine could run.
with beaten as (
	update symbol_order set lease_until = now() + $3::integer * interval '1 second'
	where kernel_id = $1::bigint and claim_id = $2::uuid
	returning machine_id
), seen as (
	update machine set seen_at = now() from beaten where machine.id = beaten.machine_id and seen_at < now() - interval '10 seconds'
)
select exists (
	select from machine m cross join lateral unnest(m.tags) tag join job j on tag = 'arch:' || j.arch
	where m.id = beaten.machine_id and j.state = 'queued') as gives_way
from beaten
limit 1
