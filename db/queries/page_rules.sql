-- Rules, the newest first, and what the form for a new one offers.
-- $1 state: retired or all (null: active).
-- Always one row.
with shown as (
	select r.*, t.name as tree,
		(select count(*) from (select from rule_match m where m.rule_id = r.id and m.rule_version = r.pattern_version limit 10001) m) as matches
	from rule r left join tree t on t.id = r.tree_id
	where r.state = $1::text or $1::text = 'all' or ($1::text is null and r.state = 'active')
	order by r.id desc limit 200
)
select json_build_object(
	'title', 'Rules', 'in_bugs', true, 'form', json_build_object('target_line', true),
	'states', (select json_agg(json_build_object('word', word, 'href', href, 'is_here', state is not distinct from $1::text) order by n)
		from (values (1, 'active', null, '/rules'), (2, 'retired', 'retired', '/rules?state=retired'), (3, 'all', 'all', '/rules?state=all')) w (n, word, state, href)),
	'archs', (select json_agg(json_build_object('name', arch) order by arch) from (select distinct arch from profile) p),
	'file_systems', (select json_agg(json_build_object('name', fs) order by fs) from (select distinct fs from profile) p),
	'trees', (select json_agg(json_build_object('name', name) order by name) from tree),
	'rows', (select json_agg(json_build_object('href', '/rules/' || r.id, 'name', r.name, 'issue', r.issue, 'link', r.link, 'pattern', r.pattern,
			'target', r.target, 'is_retired', r.state = 'retired', 'is_given_up', r.limit_hits >= 10, 'error', r.error,
			'scopes', (select json_agg(json_build_object('name', s) order by n) from (values (1, r.arch), (2, r.fs), (3, r.tree)) v (n, s) where s is not null),
			'bug', (select json_build_object('href', '/bugs/' || b.id, 'title', b.title) from bug b where b.id = r.bug_id),
			'matches', case when r.matches > 10000 then 'more than ' || page_count(10000) else page_count(r.matches) end,
			'is_sweeping', r.swept_at is null and r.state = 'active' and r.limit_hits < 10) order by r.id desc) from shown r)) as page;
