-- Takes away branches and tags that a tree has no more. $1 tree, $2 names that it has.
delete from tree_ref r
where r.tree_id = $1::bigint and not exists (select from unnest($2::text[]) n (name) where n.name = r.name)
