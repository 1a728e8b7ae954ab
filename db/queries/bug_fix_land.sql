-- Climbs from commits beside a tree's line to the first commit of the line that contains them. A branch that goes on for long beside
-- the line is given up: then the fix counts as not there, which closes nothing. $1 bug, $2 tree (null: all of the family).
update bug_fix_commit f
set landed_id = found.landed_id
from (
	select u.bug_id, u.tree_id, u.commit_id, l.landed_id
	from bug_fix_commit u
	left join tree_commit tc on tc.tree_id = u.tree_id and tc.commit_id = u.landed_id
	cross join lateral (
		with recursive climb (commit_id, ordinal) as (
			select u.commit_id, null::bigint
			union
			select cp.commit_id, up.ordinal
			from climb c
			join commit_parent cp on cp.parent_id = c.commit_id
			join tree_commit up on up.tree_id = u.tree_id and up.commit_id = cp.commit_id
			where c.ordinal is null
		)
		select commit_id as landed_id from (select * from climb limit 20000) c where ordinal is not null order by ordinal limit 1
	) l
	where u.bug_id = $1::bigint and ($2::bigint is null or u.tree_id = $2::bigint) and tc.ordinal is null
) found
where f.bug_id = found.bug_id and f.tree_id = found.tree_id and f.commit_id = found.commit_id
