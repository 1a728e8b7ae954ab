-- What an attempt was, to know which of its numbers count. $1 attempt. No row: there is no such attempt.
select a.result, r.is_plain, coalesce(a.accel, 'tcg') = 'tcg' as is_emulated
from attempt a
join job j on j.id = a.job_id
join revision r on r.id = j.revision_id
where a.id = $1::bigint
limit 1
