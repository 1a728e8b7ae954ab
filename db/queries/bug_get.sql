-- A bug's life as it stands. $1 bug. No row: there is no such bug.
select b.id, b.title, b.type, b.family, b.state, b.version, b.duplicate_of, exists (select from bug_fix f where f.bug_id = b.id) as has_fix,
	(select count(*) from bug_title t where t.bug_id = b.id) as titles
from bug b
where b.id = $1::bigint
limit 1
