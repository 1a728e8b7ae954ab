-- Commits of a tree's first-parent line after one ordinal, up to another, oldest first; one in so many, counted from the end.
-- $1 tree's id, $2 ordinal before the first, $3 ordinal of the last, $4 one in so many. Always one row.
select coalesce(json_agg(commit_id order by ordinal), '[]')::text as ids, count(*) as n
from tree_commit
where tree_id = $1::bigint and ordinal > $2::bigint and ordinal <= $3::bigint
	and ($3::bigint - ordinal) % $4::bigint = 0
limit 1;
