-- The newest commit on a tree's first-parent line. $1 tree. No row: there is no line yet.
select t.ordinal, c.sha
from tree_commit t
join commit c on c.id = t.commit_id
where t.tree_id = $1::bigint and t.ordinal is not null
order by t.ordinal desc
limit 1
