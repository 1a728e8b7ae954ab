-- Keeps a runner's answers. $1 kernel; $2 claim's id; $3 answers, a JSON array of {"function","offset","size","is_call","state","frames"};
-- $4 build id of its vmlinux; $5 its size; $6 seconds that building it took, null: it was kept. What was wanted meanwhile queues the order again.
-- No row: the lease is over.
with answered as (
	select kernel_id from symbol_order where kernel_id = $1::bigint and claim_id = $2::uuid for update
), answer as (
	select * from jsonb_to_recordset($3::jsonb) as a (function text, "offset" bigint, size bigint, is_call boolean, state text, frames jsonb)
), kept as (
	update symbol s set state = a.state, frames = case when a.state = 'found' then a.frames end
	from answered, answer a
	where s.kernel_id = answered.kernel_id and s.function = a.function and s.offset_bytes = a."offset" and s.size_bytes = a.size and s.is_call = a.is_call
		and a.state in ('found', 'differs', 'unknown', 'ambiguous')
	returning s.function, s.offset_bytes, s.size_bytes, s.is_call
), left_over as (
	select from symbol s join answered on s.kernel_id = answered.kernel_id
	where s.state = 'wanted' and (s.function, s.offset_bytes, s.size_bytes, s.is_call) not in (select k.function, k.offset_bytes, k.size_bytes, k.is_call from kept k)
	limit 1
)
update symbol_order o
set state = case when exists (select from left_over) then 'queued' else 'answered' end, queued_at = now(), retry_at = now(), tries = 0, error = null, claim_id = null, lease_until = null,
	vmlinux_build_id = $4::text, vmlinux_bytes = $5::bigint, build_seconds = coalesce($6::double precision, build_seconds)
from answered where o.kernel_id = answered.kernel_id
returning o.kernel_id, (select count(*) from kept) as answers, pg_notify('work', 'symbols')::text as told
