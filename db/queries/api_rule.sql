-- One rule for the API: its matches (the newest 1000; counted up to 10,000), the bugs they belong to, and its history.
-- $1 id, as text. No row: there is no such rule.
select json_build_object('rule', json_build_object('id', r.id, 'name', r.name, 'version', r.version, 'state', r.state,
	'pattern', r.pattern, 'target', r.target, 'arch', r.arch, 'fs', r.fs, 'tree', t.name, 'issue', r.issue, 'link', r.link, 'bug', r.bug_id,
	'is_swept', r.swept_at is not null, 'is_given_up', r.limit_hits >= 10, 'error', r.error, 'error_attempt', r.error_attempt_id,
	'error_at', to_char(r.error_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'url', '/rules/' || r.id,
	'matches', (select count(*) from (select from rule_match m where m.rule_id = r.id and m.rule_version = r.pattern_version limit 10000) m),
	'bugs', (select coalesce(json_agg(json_build_object('id', m.bug_id, 'title', b.title, 'matches', m.n) order by m.n desc, m.bug_id), '[]')
		from (select bug_id, count(*) as n from rule_match m where m.rule_id = r.id and m.rule_version = r.pattern_version
			group by bug_id order by n desc limit 1000) m join bug b on b.id = m.bug_id),
	'occurrences', (select coalesce(json_agg(json_build_object('attempt', m.attempt_id, 'start', m.start_byte, 'bug', m.bug_id)
			order by m.attempt_id desc, m.start_byte desc), '[]')
		from (select * from rule_match m where m.rule_id = r.id and m.rule_version = r.pattern_version order by attempt_id desc, start_byte desc limit 1000) m),
	'history', (select json_agg(json_build_object('version', h.version, 'at', to_char(h.at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'by', k.name, 'note', h.note,
			'rule', h.content) order by h.version desc)
		from rule_history h left join token k on k.id = h.token_id where h.rule_id = r.id)))::text as body
from rule r left join tree t on t.id = r.tree_id
where r.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1;
