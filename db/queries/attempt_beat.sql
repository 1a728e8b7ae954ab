-- The runner lives: the lease is renewed and the step's progress noted. $1 attempt; $2 lease, seconds; $3 step; $4 done; $5 of; $6 unit.
-- A new step is an event; progress within one is not. No row: not running any more.
with old as (
	select a.id, a.step, a.job_id, coalesce(j.cancelled_at, ru.cancelled_at) as cancelled_at
	from attempt a join job j on j.id = a.job_id join run ru on ru.id = j.run_id
	where a.id = $1::bigint and a.state = 'running' for update of a
), beaten as (
	update attempt a set lease_until = now() + $2::integer * interval '1 second', step = $3::text, step_done = $4::bigint,
		step_of = $5::bigint, step_unit = $6::text
	from old where a.id = old.id
	returning a.id, a.machine_id, old.step is distinct from $3::text as is_new, old.cancelled_at is not null as is_cancelled
), seen as (
	update machine m set seen_at = now() from beaten where m.id = beaten.machine_id and m.seen_at < now() - interval '10 seconds'
), told as (
	insert into event (kind, subject_id, attempt_id) select 'attempt', id, id from beaten where is_new
)
select is_cancelled from beaten limit 1
