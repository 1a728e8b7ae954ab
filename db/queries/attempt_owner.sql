-- Whose an attempt is. $1 attempt. token_id 0: its machine is nobody's yet. No row: unknown.
select m.name as machine, coalesce(m.token_id, 0) as token_id, a.job_id
from attempt a join machine m on m.id = a.machine_id
where a.id = $1::bigint
