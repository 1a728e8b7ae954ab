-- The commit of a family's trees that a hash means. $1 bug, $2 hash, or its first 7 and more digits. No row: none; two rows: more than one.
select c.sha, c.subject
from commit c
where $2::text ~ '^[0-9a-f]{7,64}$' and c.sha >= $2::text and c.sha < $2::text || 'g'
	and exists (
		select from tree_commit tc join tree t on t.id = tc.tree_id and t.kind = 'git' join bug b on b.family = t.family
		where tc.commit_id = c.id and b.id = $1::bigint)
order by c.sha
limit 2
