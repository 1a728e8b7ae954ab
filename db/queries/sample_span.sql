-- When an attempt's workload ran, on the guest's clock. $1 attempt, $2 its claim time. Always one row; boots is how many boots said
-- something, and only with one of them have the rest a meaning. start_ns: null, the workload was never begun; finish_ns: null, never ended.
with spoken as (
	select count(distinct boot_id) as boots, min(boot_id::text)::uuid as boot_id,
		min(t_ns) filter (where name = 'workload') as start_ns, min(t_ns) filter (where name = 'finish') as finish_ns
	from phase
	where attempt_id = $1::bigint
)
select boots, boot_id, start_ns, finish_ns,
	(select t_ns
	from sample
	where attempt_id = $1::bigint and claimed_at = $2::timestamptz and sample.boot_id = spoken.boot_id
		and t_ns <= coalesce(finish_ns, t_ns)
	order by t_ns desc
	limit 1) as last_ns
from spoken
limit 1
