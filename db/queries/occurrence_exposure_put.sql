-- How much had been tried at each report of an attempt. $1 attempt, $2 its claim time, $3 starts, $4 exposures (null: unknown).
update occurrence
set exposure = r.exposure
from unnest($3::bigint[], $4::bigint[]) r (start_byte, exposure)
where attempt_id = $1::bigint and claimed_at = $2::timestamptz and occurrence.start_byte = r.start_byte
	and occurrence.exposure is distinct from r.exposure
