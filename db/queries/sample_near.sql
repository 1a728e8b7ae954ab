-- The two counters of migration, at the first instant of the workload and around the given ones: what exposure is worked out from.
-- A day of samples has millions of rows, so only those of an instant's second and of the seconds beside it are answered. A warning
-- guest has 2,000 instants: whole seconds are hashed, each row is looked at once.
-- $1 attempt, $2 its claim time, $3 boot, $4 the workload's start, $5 its end, $6 the instants. No row: nothing was counted.
with list as materialized (
	select id, array_position(keys, 'pgmigrate_success') as success, array_position(keys, 'pgmigrate_fail') as fail
	from sample_keys
	where keys && array['pgmigrate_success', 'pgmigrate_fail']
),
counted as (
	select s.t_ns, s.v[list.success] as success, s.v[list.fail] as fail
	from sample s
	join list on list.id = s.keys_id
	where s.attempt_id = $1::bigint and s.claimed_at = $2::timestamptz and s.boot_id = $3::uuid
		and s.t_ns between $4::bigint and $5::bigint
)
select t_ns, success, fail
from counted
where t_ns = (select min(t_ns) from counted)
	or t_ns / 1000000000 in (select x.t_ns / 1000000000 + d from unnest($6::bigint[]) x (t_ns) cross join generate_series(-1, 1) d)
order by t_ns, success, fail
limit 200000
