-- An attempt before its result is kept; its row and its job's are locked. $1 attempt. No row: unknown.
select a.id, a.state, a.result_hash, a.is_late, a.job_id, j.attempts, j.attempts_max, j.run_id, j.arch,
	coalesce(j.cancelled_at, ru.cancelled_at) is not null as is_cancelled
from attempt a join job j on j.id = a.job_id join run ru on ru.id = j.run_id
where a.id = $1::bigint
for update of a, j
