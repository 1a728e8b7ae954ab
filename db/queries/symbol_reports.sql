-- Reports of the attempts that ran a kernel whose symbols are known now and were not put to them yet. $1 kernel.
select o.attempt_id, o.claimed_at::text as claimed_at, o.start_byte, o.title, symbol_frames(o.attempt_id, o.report)::text as frames
from attempt_kernel k join occurrence o on o.attempt_id = k.attempt_id and o.claimed_at = k.claimed_at
where k.kernel_id = $1::bigint and not o.is_symbolised
order by o.attempt_id, o.start_byte
limit 200
