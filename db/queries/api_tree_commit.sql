-- One commit of a tree for the API, with its attempts.
-- $1 tree's name, $2 hash, or its first 7 and more digits. No row: there is none, or more than one.
with found as (
	select c.*, t.ordinal, tree.name as tree_name
	from tree
	join tree_commit t on t.tree_id = tree.id
	join commit c on c.id = t.commit_id
	where tree.name = $1::text and $2::text ~ '^[0-9a-f]{7,64}$' and c.sha >= $2::text and c.sha < $2::text || 'g'
	order by c.sha
	limit 2
)
select json_build_object('tree', c.tree_name, 'commit', json_build_object('sha', c.sha, 'subject', c.subject, 'author', c.author, 'ordinal', c.ordinal,
		'authored_at', to_char(c.authored_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'committed_at', to_char(c.committed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'parents', (select coalesce(json_agg(p.sha order by cp.position), '[]') from commit_parent cp join commit p on p.id = cp.parent_id where cp.commit_id = c.id)),
	'attempts', (
		select coalesce(json_agg(json_build_object('id', a.id, 'profile', p.name, 'state', a.state, 'result', a.result,
			'is_plain', r.is_plain, 'machine', m.name, 'url', '/attempts/' || a.id) order by a.id), '[]')
		from revision r
		join job j on j.revision_id = r.id
		join attempt a on a.job_id = j.id
		join profile p on p.id = j.profile_id
		join machine m on m.id = a.machine_id
		where r.commit_id = c.id))::text as body
from found c
where (select count(*) from found) = 1
limit 1;
