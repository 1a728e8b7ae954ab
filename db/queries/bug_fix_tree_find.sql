-- A tracked tree of a bug's family. $1 bug, $2 name. No row: there is none of that name.
select t.id from tree t join bug b on b.family = t.family where b.id = $1::bigint and t.name = $2::text and t.kind = 'git' limit 1
