-- A bug is not gone there, or not any more. $1 bug, $2 tree.
delete from bug_gone where bug_id = $1::bigint and tree_id = $2::bigint
