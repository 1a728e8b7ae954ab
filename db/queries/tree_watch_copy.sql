-- Only one transaction copies a tree's history. $1 tree. No row: the tree is gone.
select id from tree where id = $1::bigint limit 1 for no key update
