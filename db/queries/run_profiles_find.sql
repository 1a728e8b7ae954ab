-- Profiles by name, in the order asked.
-- $1 names (JSON array). Always one row; `unknown` is null when all are there; `running` and `booted`: names of those for kernels that
-- run already and for others, null when there are none.
select coalesce(json_agg(p.id order by a.position) filter (where p.id is not null), '[]')::text as ids,
	count(p.id) as n,
	string_agg(left(a.name, 64), ', ' order by a.position) filter (where p.id is null) as unknown,
	string_agg(p.name, ', ' order by a.position) filter (where p.config = 'running') as running,
	string_agg(p.name, ', ' order by a.position) filter (where p.config <> 'running') as booted,
	(select string_agg(name, ', ' order by name) from (select name from profile order by name limit 50) k) as known
from (
	select name, min(position) as position
	from jsonb_array_elements_text($1::jsonb) with ordinality n (name, position)
	group by name
) a
left join profile p on p.name = a.name
limit 1;
