-- Bugs, the last seen first: where each was seen, from which commit to which, and how often. C adds rate, rate_low and
-- rate_high to each object with `k` and `exposure`: attempts with the bug, and migrations tried in all attempts of the
-- profiles that showed it, on plain commits from the first to the last that did (the last 200 of these, so that a bug
-- that has always been there costs no more than others).
-- $1 state, or 'all' (null: those that are not settled).
-- Always one row.
with shown as (
	select b.id, b.title, b.type, b.state, b.created_at, o.last_at
	from bug b left join lateral (select max(claimed_at) as last_at from occurrence where bug_id = b.id) o on true
	where b.state = $1::text or $1::text = 'all' or ($1::text is null and b.state in ('new', 'open', 'reopened'))
	order by o.last_at desc nulls last, b.id desc limit 50
), hit as materialized (
	select o.bug_id, o.attempt_id, count(*) as times, min(o.exposure) as exposure, l.tree_id, l.profile_id, l.ordinal, l.is_plain and l.ordinal is not null as is_placed
	from shown s join occurrence o on o.bug_id = s.id join attempt_place l on l.attempt_id = o.attempt_id
	group by o.bug_id, o.attempt_id, l.tree_id, l.profile_id, l.ordinal, l.is_plain
), range as materialized (
	select bug_id, tree_id, min(ordinal) as first, max(ordinal) as last, greatest(min(ordinal), max(ordinal) - 199) as low, array_agg(distinct profile_id) as profiles
	from hit where is_placed group by bug_id, tree_id
), met as (
	select g.bug_id, g.tree_id, g.first, g.last, count(h.attempt_id) as hits, count(h.attempt_id) filter (where coalesce(h.exposure, a.exposure) is not null) as k, sum(coalesce(h.exposure, a.exposure)) as exposure, count(*) as attempts
	from range g join tree_commit tc on tc.tree_id = g.tree_id and tc.ordinal between g.low and g.last
		join revision r on r.commit_id = tc.commit_id and r.tree_id = tc.tree_id and r.is_plain
		join job j on j.revision_id = r.id and j.profile_id = any (g.profiles) join attempt a on a.job_id = j.id and a.state = 'done'
		left join hit h on h.attempt_id = a.id and h.bug_id = g.bug_id
	group by g.bug_id, g.tree_id, g.first, g.last
), place as (
	select m.bug_id, json_agg(json_build_object('tree', t.name, 'k', m.k, 'exposure', m.exposure::bigint, 'hits', page_count(m.hits), 'attempts', page_count(m.attempts),
		'first_short', case when t.kind = 'git' then left(f.sha, 12) else f.subject end, 'first_href', '/trees/' || t.name || '/commits/' || f.sha, 'first_subject', f.subject,
		'last_short', case when t.kind = 'git' then left(e.sha, 12) else e.subject end, 'last_href', case when m.last > m.first then '/trees/' || t.name || '/commits/' || e.sha end) order by m.k desc) as places
	from met m join tree t on t.id = m.tree_id
		join tree_commit fc on fc.tree_id = m.tree_id and fc.ordinal = m.first join commit f on f.id = fc.commit_id
		join tree_commit ec on ec.tree_id = m.tree_id and ec.ordinal = m.last join commit e on e.id = ec.commit_id
	group by m.bug_id
)
select json_build_object(
	'title', 'Bugs', 'in_bugs', true,
	'states', (select json_agg(json_build_object('word', word, 'href', href, 'is_here', state is not distinct from $1::text) order by n)
		from (values (1, 'unsettled', null, '/bugs'), (2, 'new', 'new', '/bugs?state=new'), (3, 'open', 'open', '/bugs?state=open'), (4, 'fixed', 'fixed', '/bugs?state=fixed'), (5, 'reopened', 'reopened', '/bugs?state=reopened'),
			(6, 'duplicate', 'duplicate', '/bugs?state=duplicate'), (7, 'invalid', 'invalid', '/bugs?state=invalid'), (8, 'all', 'all', '/bugs?state=all')) w (n, word, state, href)),
	'rows', (select json_agg(json_build_object('href', '/bugs/' || s.id, 'title', s.title, 'type', nullif(s.type, ''), 'state', s.state, 'seen', page_time(s.last_at),
			'occurrences', (select page_count(sum(times)::bigint) from hit where bug_id = s.id), 'attempts', (select page_count(count(*)) from hit where bug_id = s.id),
			'profiles', (select json_agg(json_build_object('name', p.name) order by p.name) from profile p where p.id in (select profile_id from hit where bug_id = s.id)),
			'places', place.places) order by s.last_at desc nulls last, s.id desc)
		from shown s left join place on place.bug_id = s.id)) as page;
