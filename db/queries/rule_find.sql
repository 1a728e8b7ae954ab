-- A rule's fields as JSON, as rule_add takes them. $1 id, as text. No row: there is no such rule.
select r.id, r.version, jsonb_build_object('name', r.name, 'pattern', r.pattern, 'target', r.target, 'arch', r.arch, 'fs', r.fs, 'tree', t.name, 'issue', r.issue,
	'link', r.link, 'bug', r.bug_id, 'state', r.state)::text as fields
from rule r left join tree t on t.id = r.tree_id
where r.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1
