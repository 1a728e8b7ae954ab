-- The bug of a family that one of a bug's titles leads to there, its own title before its others, then the older bug.
-- $1 bug, $2 family. No row: a bug not seen there before.
select there.bug_id
from bug b
join bug_title t on t.bug_id = b.id
join bug_title there on there.family = $2::text and there.title = t.title
where b.id = $1::bigint
order by there.title = b.title desc, there.bug_id
limit 1
