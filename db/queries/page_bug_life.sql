-- The life of a bug for its page: what it has to do with other bugs, its fix in each tree, what has been decided, and what can be.
-- $1 id. No row: no such bug.
with b as (
	select * from bug where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), fix as materialized (
	select x.*, t.name from b join bug_fix_tree x on x.bug_id = b.id join tree t on t.id = x.tree_id
), told (action, words) as (
	values ('open', 'opened'), ('invalid', 'marked invalid'), ('duplicate', 'marked a duplicate of'), ('join', 'took in'), ('joined', 'joined into'), ('apart', 'is not of one cause with'), ('split', 'gave reports to'),
		('split_off', 'got reports from'), ('fix', 'fix named'), ('unfix', 'fix withdrawn'), ('needless', 'needs no fix:'), ('needed', 'needs the fix after all:'), ('fixed', 'closed'), ('reopened', 'seen again after'), ('seen_again', 'seen again as'), ('family', 'gave reports to')
)
select json_build_object('bisections', (select json_agg(json_build_object('id', x.id, 'href', '/bisections/' || x.id, 'status', page_bisection_status(x.state), 'is_fix', x.kind = 'fixed', 'is_found', x.state = 'found',
			'comes_without', case when x.state = 'found' and x.kind = 'broken' then (select s.hits || ' of ' || s.hits + s.clean from bisection_sides(x.id) s where s.what = 'the newer end with it reverted' and s.hits > 0) end,
			'short', left(k.sha, 12), 'commit_href', '/trees/' || (select name from tree where id = x.tree_id) || '/commits/' || k.sha, 'subject', k.subject, 'belief', round(k.belief::numeric * 100, 1)) order by x.id desc)
		from (select * from bisection where bug_id = b.id order by id desc limit 10) x
			left join lateral (select m.sha, m.subject, c.belief from bisection_commit c join commit m on m.id = c.commit_id where c.bisection_id = x.id and c.belief > 0 order by c.belief desc, c.position limit 1) k on true),
	'causes', (select json_agg(json_build_object('other_bug', o.id, 'other_href', '/bugs/' || o.id, 'other_title', o.title, 'is_proposed', c.state = 'proposed', 'is_accepted', c.state = 'accepted', 'is_refused', c.state = 'refused',
			'decided_by', coalesce(k.name, 'Faultline'), 'decided', page_time(c.decided_at), 'likeness', round(c.likeness::numeric, 2), 'chance', page_number(c.chance), 'shared', round(c.shared::numeric * 100), 'tree', t.name,
			'functions', (select string_agg(f, ', ' order by n) from unnest(c.functions) with ordinality f (f, n) where n <= 8),
			'steps', (select json_agg(json_build_object('kernel', revision_label(s.to_id), 'before', case when not r.is_plain then left(m.sha, 12) end, 'href', case when t.kind = 'git' then '/trees/' || t.name || '/commits/' || m.sha end,
					'is_rise', s.first_rise > 0, 'here', h.hits || ' of ' || h.attempts || ' → ' || i.hits || ' of ' || i.attempts, 'there', x.hits || ' of ' || x.attempts || ' → ' || y.hits || ' of ' || y.attempts) order by s.n)
				from cause_step s join revision r on r.id = s.to_id join commit m on m.id = r.commit_id cross join lateral cause_count(b.id, s.from_id) h cross join lateral cause_count(b.id, s.to_id) i
					cross join lateral cause_count(o.id, s.from_id) x cross join lateral cause_count(o.id, s.to_id) y where s.cause_id = c.id and c.state = 'proposed')) order by c.state <> 'proposed', c.q, o.id)
		from (select * from cause where first_id = b.id union all select * from cause where second_id = b.id) c join bug o on o.id = case when c.first_id = b.id then c.second_id else c.first_id end
			join tree t on t.id = c.tree_id left join token k on k.id = c.token_id
		where c.state in ('accepted', 'refused') or (c.state = 'proposed' and b.state not in ('duplicate', 'invalid') and o.state not in ('duplicate', 'invalid'))),
	'crossing', json_build_object('bug_id', b.id, 'suspect', '', 'fix', '', 'crossings', (select json_agg(json_build_object('href', '/crossings/' || o.id, 'id', o.id) order by o.id desc) from (select id from crossing where bug_id = b.id order by id desc limit 10) o)),
	'can_bisect', b.state not in ('duplicate', 'invalid') and bug_what(b.type) <> 'warning', 'version', b.version, 'family', b.family, 'is_settled', b.state in ('fixed', 'invalid', 'duplicate'), 'pending', bug_fix_pending(b.id),
	'duplicate_of', (select json_build_object('id', o.id, 'href', '/bugs/' || o.id, 'title', o.title, 'is_joined', not exists (select from bug_title where bug_id = b.id)) from bug o where o.id = b.duplicate_of),
	'duplicates', (select json_agg(json_build_object('id', d.id, 'href', '/bugs/' || d.id, 'title', d.title,
			'reports', (select page_count(sum(occurrences)) from bug_tally where bug_id = d.id)) order by d.id) from bug d where d.duplicate_of = b.id),
	'previous', (select json_build_object('id', o.id, 'href', '/bugs/' || o.id, 'title', o.title) from bug o where o.id = b.previous_id),
	'next', (select json_build_object('id', o.id, 'href', '/bugs/' || o.id, 'title', o.title) from bug o where o.previous_id = b.id),
	'fix', (select json_build_object('is_pending', not (bool_and(is_in or is_needless) and bool_or(is_in)), 'in', count(*) filter (where is_in), 'of', count(*) filter (where not is_needless),
			'needless', nullif(count(*) filter (where is_needless), 0),
			'trees', json_agg(json_build_object('tree', f.name, 'href', '/trees/' || f.name, 'title', f.title, 'is_in', f.is_in, 'is_needless', f.is_needless,
				'short', case when f.is_in then left(c.sha, 12) end, 'commit_href', case when f.is_in then '/trees/' || f.name || '/commits/' || c.sha end,
				'by', case when f.is_in and l.id <> c.id then left(l.sha, 12) end, 'by_href', case when f.is_in and l.id <> c.id then '/trees/' || f.name || '/commits/' || l.sha end,
				'is_reverted', not f.is_in and not f.is_needless and f.ordinal is not null, 'is_missing', not f.is_in and not f.is_needless and f.ordinal is null) order by f.name))
		from fix f left join commit c on c.id = f.commit_id left join commit l on l.id = f.landed_id having count(*) > 0),
	'history', (select json_agg(json_build_object('at', page_time(h.at), 'who', coalesce(t.name, 'Faultline'), 'words', w.words, 'other', h.other_id, 'other_href', '/bugs/' || h.other_id,
			'detail', nullif(left(h.detail, 500), ''), 'note', nullif(h.note, ''), 'to', case when h.to_state <> h.from_state then h.to_state end) order by h.id desc)
		from (select * from bug_history where bug_id = b.id order by id desc limit 100) h join told w on w.action = h.action left join token t on t.id = h.token_id),
	'has_titles', (select count(*) > 1 from bug_title where bug_id = b.id), 'split_titles_choices', (select json_agg(json_build_object('name', title) order by title) from bug_title where bug_id = b.id having count(*) > 1),
	'has_trees', (select count(*) > 1 from tree where family = b.family and kind = 'git'), 'fix_tree_choices', (select json_agg(json_build_object('name', name) order by name) from tree where family = b.family and kind = 'git' having count(*) > 1),
	'open', case b.state when 'new' then 'Open: it is looked at' when 'duplicate' then 'Open again: it is no duplicate' when 'open' then null when 'reopened' then null else 'Open again' end,
	'can_judge', b.state <> 'duplicate', 'can_settle', b.state not in ('duplicate', 'invalid'), 'can_fix', b.state not in ('duplicate', 'invalid'), 'has_fix', (select count(*) > 0 from fix), 'has_needless', exists (select from bug_needless n where n.bug_id = b.id)) as page
from b;
