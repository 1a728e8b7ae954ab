-- Says that a tree needs no fix of a bug. $1 bug, $2 tree.
insert into bug_needless (bug_id, tree_id) values ($1::bigint, $2::bigint)
on conflict do nothing
