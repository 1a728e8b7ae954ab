-- The functions of the call chains of these bugs, of three reports each, the newest. $1 bugs. A row for each bug and function, by bug.
select distinct b.id as bug_id, f.frame ->> 'function' as function
from unnest($1::bigint[]) b (id)
	cross join lateral (select o.report from occurrence o where o.bug_id = b.id order by o.attempt_id desc limit 3) o
	cross join lateral jsonb_array_elements(case when jsonb_typeof(o.report -> 'frames') = 'array' then o.report -> 'frames' else '[]' end) f (frame)
where f.frame ->> 'function' <> ''
order by 1, 2 limit 10000
