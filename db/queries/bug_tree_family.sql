-- The family of a tree. $1 tree. No row: there is no such tree.
select family from tree where id = $1::bigint limit 1
