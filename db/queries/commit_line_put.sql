-- Lays a piece of a tree's first-parent line. $1 tree, $2 ordinal of the first, $3 hashes in their order.
update tree_commit t
set ordinal = $2::bigint + r.place - 1
from unnest($3::text[]) with ordinality r (sha, place)
join commit c on c.sha = r.sha
where t.tree_id = $1::bigint and t.commit_id = c.id
