-- What a person calls a commit of a tree: a branch or tag, else a hash or its first 7 and more digits.
-- $1 tree's id, $2 text. No row: there is none; two rows: the digits fit more than one.
with named as (
	select commit_id from tree_ref where tree_id = $1::bigint and name = $2::text
),
hashed as (
	select c.id as commit_id
	from commit c
	join tree_commit t on t.commit_id = c.id and t.tree_id = $1::bigint
	where $2::text ~ '^[0-9a-f]{7,64}$'
		and c.sha >= $2::text and c.sha < $2::text || 'g'
		and not exists (select from named)
	order by c.sha
	limit 2
)
select c.id, c.sha, c.subject, coalesce(t.ordinal, -1) as ordinal
from (select commit_id from named union all select commit_id from hashed) found
join commit c on c.id = found.commit_id
join tree_commit t on t.commit_id = c.id and t.tree_id = $1::bigint
order by c.sha
limit 2;
