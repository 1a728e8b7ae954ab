-- Says that a tree does need the fix of a bug. $1 bug, $2 tree.
delete from bug_needless where bug_id = $1::bigint and tree_id = $2::bigint
