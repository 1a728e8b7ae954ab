-- Lays the versions of a prebuilt tree in order: by the numbers before "-rc", release candidates first, then what follows.
-- $1 tree's id. Answers no rows.
update tree_commit t
set ordinal = placed.ordinal
from (
	select tc.commit_id,
		row_number() over (order by
			(select array_agg(m[1]::numeric) from regexp_matches(split_part(c.subject, '-', 1), '(\d{1,18})', 'g') m) nulls first,
			coalesce(substring(c.subject from '-rc(\d{1,9})')::numeric, 1e9),
			(select array_agg(m[1]::numeric) from regexp_matches(c.subject, '(\d{1,18})', 'g') m) nulls first,
			c.subject, c.id) - 1 as ordinal
	from tree_commit tc
	join commit c on c.id = tc.commit_id
	where tc.tree_id = $1::bigint
) placed
where t.tree_id = $1::bigint and t.commit_id = placed.commit_id;
