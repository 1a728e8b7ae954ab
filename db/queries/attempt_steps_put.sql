-- The steps of an attempt so far. $1 attempt; $2 names; $3 starts; $4 seconds, null for the one under way. Repeating is fine.
insert into attempt_step (attempt_id, position, name, started_at, seconds)
select $1::bigint, s.position - 1, s.name, s.started_at, s.seconds
from unnest($2::text[], $3::timestamptz[], $4::double precision[]) with ordinality s (name, started_at, seconds, position)
on conflict (attempt_id, position) do update
set name = excluded.name, started_at = excluded.started_at, seconds = coalesce(excluded.seconds, attempt_step.seconds)
where (attempt_step.name, attempt_step.started_at, attempt_step.seconds) is distinct from
	(excluded.name, excluded.started_at, coalesce(excluded.seconds, attempt_step.seconds))
