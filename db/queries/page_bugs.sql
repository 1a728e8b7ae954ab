-- Bugs, the last seen first: where each was seen, from which commit to which, and how often. C adds rate, rate_low and
-- rate_high to each object with `k` and `exposure`: attempts with the bug, and migrations tried in all attempts of the
-- profiles that showed it, on plain commits from the first to the last that did (the last 200 of these, so that a bug
-- that has always been there costs no more than others).
-- `pending` is there while a fix is waited for.
-- $1 state, or 'all' (null: those that are not settled); $2 'yes': only known issues, 'no': only others (null: both); $3 crash, boot, build or
-- warning (null: all but compilers' warnings).
-- Always one row.
with shown as materialized (
	select b.*, s.attempts, s.occurrences
	from (
		select b.*, y.last_at from bug b left join lateral (select last_at from bug_tally where bug_id = b.id order by last_at desc limit 1) y on true
		where (b.state = $1::text or $1::text = 'all' or ($1::text is null and b.state in ('new', 'open', 'reopened')))
			and ($2::text is null or ($2::text = 'yes') = rule_is_known(b.id))
			and case when $3::text is null then bug_what(b.type) <> 'warning' else bug_what(b.type) = $3::text end
		order by y.last_at desc nulls last, b.id desc limit 50
	) b cross join lateral (select sum(attempts) as attempts, sum(occurrences) as occurrences from bug_tally where bug_id = b.id) s
), seen as materialized (
	select y.*, r.tree_id, tc.ordinal
	from shown b cross join lateral (select * from bug_tally where bug_id = b.id offset 0) y join revision r on r.id = y.revision_id
		left join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and r.is_plain
), range as materialized (
	select bug_id, tree_id, min(ordinal) as first, max(ordinal) as last, greatest(min(ordinal), max(ordinal) - 199) as low,
		array_agg(distinct profile_id) as profiles
	from seen where ordinal is not null group by bug_id, tree_id
), met as (
	select g.bug_id, g.tree_id, g.first, g.last, sum(c.attempts)::bigint as attempts, sum(c.hits)::bigint as hits, sum(c.k)::bigint as k, sum(c.exposure)::bigint as exposure
	from range g cross join lateral bug_parts(g.bug_id, g.tree_id, g.low, g.low, g.last, g.last, g.profiles) c
	group by g.bug_id, g.tree_id, g.first, g.last
), place as (
	select m.bug_id, json_agg(json_build_object('tree', t.name, 'k', case when bug_what(b.type) = 'crash' then m.k end, 'is_rated', bug_what(b.type) = 'crash', 'is_counted', bug_what(b.type) <> 'warning', 'exposure', m.exposure, 'hits', page_count(m.hits), 'attempts', page_count(m.attempts),
		'first_short', case when t.kind = 'git' then left(f.sha, 12) else f.subject end, 'first_href', '/trees/' || t.name || '/commits/' || f.sha, 'first_subject', case when t.kind = 'git' then f.subject end,
		'last_short', case when t.kind = 'git' then left(e.sha, 12) else e.subject end,
		'last_href', case when m.last > m.first then '/trees/' || t.name || '/commits/' || e.sha end) order by m.k desc) as places
	from met m join tree t on t.id = m.tree_id join shown b on b.id = m.bug_id
		join tree_commit fc on fc.tree_id = m.tree_id and fc.ordinal = m.first join commit f on f.id = fc.commit_id
		join tree_commit ec on ec.tree_id = m.tree_id and ec.ordinal = m.last join commit e on e.id = ec.commit_id
	group by m.bug_id
)
select json_build_object(
	'title', 'Bugs', 'in_bugs', true, 'feed', json_build_object('name', 'Bugs', 'href', '/feeds/bugs'),
	'states', (select json_agg(json_build_object('word', word, 'href', '/bugs' || coalesce('?' || nullif(concat_ws('&', 'state=' || state, 'known=' || $2::text, 'what=' || $3::text), ''), ''), 'is_here', state is not distinct from $1::text) order by n)
		from (values (1, 'unsettled', null), (2, 'new', 'new'), (3, 'open', 'open'), (4, 'fixed', 'fixed'), (5, 'reopened', 'reopened'), (6, 'duplicate', 'duplicate'), (7, 'invalid', 'invalid'), (8, 'all', 'all')) w (n, word, state)),
	'kinds', (select json_agg(json_build_object('word', word, 'href', '/bugs' || coalesce('?' || nullif(concat_ws('&', 'state=' || $1::text, 'known=' || known, 'what=' || $3::text), ''), ''),
			'is_here', known is not distinct from $2::text) order by n)
		from (values (1, 'known or not', null), (2, 'known issues', 'yes'), (3, 'not known', 'no')) w (n, word, known)),
	'whats', (select json_agg(json_build_object('word', word, 'href', '/bugs' || coalesce('?' || nullif(concat_ws('&', 'state=' || $1::text, 'known=' || $2::text, 'what=' || what), ''), ''),
			'is_here', what is not distinct from $3::text) order by n)
		from (values (1, 'all failures', null), (2, 'crashes', 'crash'), (3, 'boots', 'boot'), (4, 'builds', 'build'), (5, 'compiler warnings', 'warning')) w (n, word, what)),
	'rows', (select json_agg(json_build_object('href', '/bugs/' || b.id, 'title', b.title, 'type', nullif(b.type, ''), 'state', b.state, 'pending', bug_fix_pending(b.id), 'known', rule_marks(b.id),
			'duplicate_of', (select json_build_object('id', o.id, 'href', '/bugs/' || o.id, 'title', o.title) from bug o where o.id = b.duplicate_of), 'seen', page_time(b.last_at),
			'occurrences', page_counted(coalesce(b.occurrences, 0), 'report', 'reports'), 'attempts', page_counted(coalesce(b.attempts, 0), 'attempt', 'attempts'),
			'profiles', (select json_agg(json_build_object('name', p.name) order by p.name) from profile p where p.id in (select profile_id from seen where bug_id = b.id)),
			'places', place.places) order by b.last_at desc nulls last, b.id desc)
		from shown b left join place on place.bug_id = b.id)) as page;
