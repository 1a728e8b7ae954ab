-- What an attempt was, to know which of its numbers count: those of posted patches stand beside the line, those of machines' checks nowhere. $1 attempt. No row: there is no such attempt.
select a.result, r.is_plain, ru.is_golden, coalesce(a.accel, 'tcg') = 'tcg' as is_emulated, ru.migrations is not null as is_until,
	exists (select from stream s where s.attempt_id = a.id and s.name = 'samples' and s.removed_at is not null) as is_removed
from attempt a
join job j on j.id = a.job_id
join run ru on ru.id = j.run_id
join revision r on r.id = j.revision_id
where a.id = $1::bigint
limit 1
