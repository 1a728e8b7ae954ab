-- Forgets a tree's first-parent line, since history was rewritten and it must be laid anew. $1 tree.
update tree_commit set ordinal = null where tree_id = $1::bigint and ordinal is not null
