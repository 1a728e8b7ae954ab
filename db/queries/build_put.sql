-- Keeps what an attempt's build made; read again, what it reads as now. $1 attempt, $2 what was made; null: more than is kept.
insert into build (attempt_id, compiler, objects)
select a.id, m.compiler_version, case when $2::text[] is not null then (select coalesce(array_agg(distinct o), '{}') from unnest($2::text[]) o) end
from attempt a join machine m on m.id = a.machine_id
where a.id = $1::bigint
on conflict (attempt_id) do update set objects = excluded.objects
