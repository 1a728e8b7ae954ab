-- One rule: what it says, what it matches, who changed it; and its fields for the form.
-- $1 id.
-- No row: no such rule.
with r as (
	select r.*, t.name as tree from rule r left join tree t on t.id = r.tree_id where r.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), matched as materialized (
	select m.* from r join rule_match m on m.rule_id = r.id and m.rule_version = r.pattern_version
	order by m.attempt_id desc, m.start_byte desc limit 10001
), newest as (
	select m.*, o.title, o.claimed_at, t.name as tree, p.name as profile, b.title as bug_title
	from (select * from matched order by attempt_id desc, start_byte desc limit 50) m
		join attempt_place l on l.attempt_id = m.attempt_id
		join occurrence o on o.attempt_id = m.attempt_id and o.claimed_at = l.claimed_at and o.start_byte = m.start_byte
		join tree t on t.id = l.tree_id join profile p on p.id = l.profile_id join bug b on b.id = m.bug_id
), told as (
	select h.*, lag(h.content) over (order by h.version) as before, k.name as by
	from r join rule_history h on h.rule_id = r.id left join token k on k.id = h.token_id
)
select json_build_object(
	'title', 'Rule ' || r.name, 'in_bugs', true, 'id', r.id, 'name', r.name, 'issue', r.issue, 'link', r.link, 'pattern', r.pattern, 'target', r.target,
	'is_retired', r.state = 'retired', 'is_active', r.state = 'active', 'is_given_up', r.limit_hits >= 10, 'limit_hits', page_count(r.limit_hits),
	'limit_error', r.error, 'error_attempt', r.error_attempt_id, 'error_at', page_time(r.error_at),
	'is_sweeping', r.swept_at is null and r.state = 'active' and r.limit_hits < 10, 'swept', page_time(r.swept_at), 'created', page_time(r.created_at),
	'scopes', (select json_agg(json_build_object('name', s) order by n) from (values (1, r.arch), (2, r.fs), (3, r.tree)) v (n, s) where s is not null),
	'bug', (select json_build_object('href', '/bugs/' || b.id, 'title', b.title) from bug b where b.id = r.bug_id),
	'matches', (select case when count(*) > 10000 then 'more than ' || page_count(10000) else page_count(count(*)) end from matched),
	'is_one', (select count(*) = 1 from matched), 'is_cut', (select count(*) > 50 from matched),
	'bugs', (select json_agg(json_build_object('href', '/bugs/' || m.bug_id, 'title', b.title, 'state', b.state, 'matches', page_count(m.n)) order by m.n desc, m.bug_id)
		from (select bug_id, count(*) as n from matched group by bug_id order by n desc limit 50) m join bug b on b.id = m.bug_id),
	'rows', (select json_agg(json_build_object('id', attempt_id, 'href', '/attempts/' || attempt_id, 'console_href', '/attempts/' || attempt_id || '/console#b' || start_byte,
			'title', title, 'bug_href', '/bugs/' || bug_id, 'bug_title', bug_title, 'tree', tree, 'profile', profile, 'at', page_time(claimed_at)) order by attempt_id desc, start_byte desc) from newest),
	'history', (select json_agg(json_build_object('version', version, 'at', page_time(at), 'by', by, 'note', nullif(note, ''),
			'changes', case when before is null then null else (select json_agg(json_build_object('name', name, 'old', old, 'new', new) order by name)
				from (select coalesce(b.key, c.key) as name, b.value as old, c.value as new
					from jsonb_each_text(before) b full join jsonb_each_text(content) c on c.key = b.key where b.value is distinct from c.value) d) end) order by version desc) from told),
	'archs', (select json_agg(json_build_object('name', arch) order by arch) from (select distinct arch from profile) p),
	'file_systems', (select json_agg(json_build_object('name', fs) order by fs) from (select distinct fs from profile) p),
	'trees', (select json_agg(json_build_object('name', name) order by name) from tree),
	'form', json_build_object('name', r.name, 'pattern', r.pattern, 'arch', r.arch, 'fs', r.fs, 'tree', r.tree, 'issue', r.issue, 'link', r.link, 'bug', r.bug_id,
		'version', r.version, 'target_line', r.target = 'line', 'target_report', r.target = 'report', 'target_title', r.target = 'title')) as page
from r;
