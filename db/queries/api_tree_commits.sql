-- Commits of a tree's first-parent line for the API, newest first.
-- $1 tree's name, $2 only those before this ordinal, as text (null: from the newest), $3 how many, as text (null: 100; at most 1000).
-- No row: there is no such tree.
select json_build_object('tree', tree.name, 'commits', coalesce((
	select json_agg(listed.commit order by listed.ordinal desc)
	from (
		select t.ordinal, json_build_object('sha', c.sha, 'subject', c.subject, 'author', c.author, 'ordinal', t.ordinal,
		'authored_at', to_char(c.authored_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'committed_at', to_char(c.committed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'parents', (select coalesce(json_agg(p.sha order by cp.position), '[]') from commit_parent cp join commit p on p.id = cp.parent_id where cp.commit_id = c.id)) as commit
		from tree_commit t
		join commit c on c.id = t.commit_id
		where t.tree_id = tree.id and t.ordinal is not null
			and ($2::text is null or not $2::text ~ '^[0-9]{1,18}$' or t.ordinal < $2::bigint)
		order by t.ordinal desc
		limit least(1000, case when $3::text ~ '^[0-9]{1,4}$' then $3::integer else 100 end)
	) listed), '[]'))::text as body
from tree
where tree.name = $1::text
limit 1;
