-- Rules for the API, the newest first (at most 1000).
-- $1 state: active (or null), retired, all. Always one row.
select json_build_object('rules', coalesce(json_agg(json_build_object('id', r.id, 'name', r.name, 'version', r.version, 'state', r.state,
	'pattern', r.pattern, 'target', r.target, 'arch', r.arch, 'fs', r.fs, 'tree', r.tree, 'issue', r.issue, 'link', r.link, 'bug', r.bug_id,
	'is_swept', r.swept_at is not null, 'matches', r.matches, 'is_given_up', r.limit_hits >= 10, 'error', r.error, 'error_attempt', r.error_attempt_id,
	'url', '/rules/' || r.id) order by r.id desc), '[]'))::text as body
from (
	select r.*, t.name as tree,
		(select count(*) from (select from rule_match m where m.rule_id = r.id and m.rule_version = r.pattern_version limit 10000) m) as matches
	from rule r left join tree t on t.id = r.tree_id
	where r.state = $1::text or $1::text = 'all' or ($1::text is null and r.state = 'active')
	order by r.id desc limit 1000
) r
limit 1;
