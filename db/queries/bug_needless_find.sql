-- What a bug's fix is to a tree. $1 bug, $2 tree. No row: the bug has no fix, or the tree is not tracked in its family.
select x.is_in, exists (select from bug_needless n where n.bug_id = x.bug_id and n.tree_id = x.tree_id) as is_needless
from bug_fix_tree x
where x.bug_id = $1::bigint and x.tree_id = $2::bigint
limit 1
