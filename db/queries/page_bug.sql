-- One bug: under which profiles and on which commits it shows and does not, its attempts, its report, what page dumps say.
-- C adds rate, rate_low and rate_high to each object with `k` and `exposure`.
-- $1 id.
-- No row: no such bug.
with b as (
	select * from bug where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), hit as materialized (
	select o.attempt_id, o.claimed_at, min(o.start_byte) as start_byte, count(*) as times, min(o.exposure) as exposure, l.tree_id, l.profile_id, l.ordinal, l.commit_id, l.is_plain
	from b join occurrence o on o.bug_id = b.id join attempt_place l on l.attempt_id = o.attempt_id
	group by o.attempt_id, o.claimed_at, l.tree_id, l.profile_id, l.ordinal, l.commit_id, l.is_plain
), range as materialized (
	select tree_id, min(ordinal) as first, max(ordinal) as last, greatest(min(ordinal), max(ordinal) - 199) as low from hit where is_plain and ordinal is not null group by tree_id
), met as materialized ( -- every attempt of the last 200 commits on which it was seen, and of 50 to each side
	select g.tree_id, j.profile_id, case when tc.ordinal < g.low then 'before' when tc.ordinal > g.last then 'after' else 'within' end as part,
		count(*) as attempts, count(h.attempt_id) as hits, count(h.attempt_id) filter (where coalesce(h.exposure, a.exposure) is not null) as k, sum(coalesce(h.exposure, a.exposure))::bigint as exposure
	from range g join tree_commit tc on tc.tree_id = g.tree_id and tc.ordinal between g.low - 50 and g.last + 50
		join revision r on r.commit_id = tc.commit_id and r.tree_id = tc.tree_id and r.is_plain
		join job j on j.revision_id = r.id join attempt a on a.job_id = j.id and a.state = 'done' left join hit h on h.attempt_id = a.id
	group by g.tree_id, j.profile_id, 3
), newest as materialized (
	select h.*, o.report, o.uptime_s, o.title from (select * from hit order by attempt_id desc limit 50) h join occurrence o on o.attempt_id = h.attempt_id and o.claimed_at = h.claimed_at and o.start_byte = h.start_byte
), factor as (
	select n, name, value, count(*) as times from newest cross join lateral (values (1, 'page dumped because', report -> 'page' ->> 'reason'), (2, 'address space operations', report -> 'page' ->> 'aops'), (3, 'order', report -> 'page' ->> 'order'),
		(4, 'dentry', report -> 'page' ->> 'dentry'), (5, 'refcount', report -> 'page' ->> 'refcount'), (6, 'mapcount', report -> 'page' ->> 'mapcount'), (7, 'flags', regexp_replace(report -> 'page' ->> 'flags', '^[^(]*', '')),
		(8, 'task', report ->> 'comm'), (9, 'function', report ->> 'function')) f (n, name, value)
	where value is not null group by n, name, value
)
select json_build_object(
	'title', b.title, 'in_bugs', true, 'id', b.id, 'type', nullif(b.type, ''), 'state', b.state, 'created', page_time(b.created_at),
	'alts', (select json_agg(json_build_object('title', title) order by title) from bug_title where bug_id = b.id and title <> b.title),
	'occurrences', (select page_count(sum(times)::bigint) from hit), 'attempts', (select page_count(count(*)) from hit),
	'ranges', (select json_agg(json_build_object('tree', t.name, 'tree_href', '/trees/' || t.name || '?before=' || g.first + 25, 'first_short', case when t.kind = 'git' then left(f.sha, 12) else f.subject end, 'first_subject', f.subject, 'first_href', '/trees/' || t.name || '/commits/' || f.sha,
			'last_short', case when t.kind = 'git' then left(e.sha, 12) else e.subject end, 'last_subject', e.subject, 'last_href', '/trees/' || t.name || '/commits/' || e.sha, 'commits', page_count(g.last - g.first + 1), 'is_plural', g.last > g.first, 'is_limited', g.low > g.first,
			'profiles', (select json_agg(json_build_object('profile', p.name, 'href', '/trees/' || t.name || '/series/' || p.name || '/fail_ratio?before=' || g.last + 100, 'has_it', w.k > 0,
					'before', (select json_build_object('k', m.k, 'hits', m.hits, 'exposure', m.exposure, 'attempts', page_count(m.attempts), 'tried', coalesce(page_count(m.exposure), 'unknown')) from met m where m.tree_id = g.tree_id and m.profile_id = p.id and m.part = 'before'),
					'within', case when w.attempts > 0 then json_build_object('k', w.k, 'hits', w.hits, 'exposure', w.exposure, 'attempts', page_count(w.attempts), 'tried', coalesce(page_count(w.exposure), 'unknown')) end,
					'after', (select json_build_object('k', m.k, 'hits', m.hits, 'exposure', m.exposure, 'attempts', page_count(m.attempts), 'tried', coalesce(page_count(m.exposure), 'unknown')) from met m where m.tree_id = g.tree_id and m.profile_id = p.id and m.part = 'after')) order by w.k desc nulls last, p.name)
				from profile p left join met w on w.tree_id = g.tree_id and w.profile_id = p.id and w.part = 'within' where p.id in (select profile_id from met where tree_id = g.tree_id))) order by t.id)
		from range g join tree t on t.id = g.tree_id join tree_commit fc on fc.tree_id = g.tree_id and fc.ordinal = g.first join commit f on f.id = fc.commit_id
			join tree_commit ec on ec.tree_id = g.tree_id and ec.ordinal = g.last join commit e on e.id = ec.commit_id),
	'rows', (select json_agg(json_build_object('id', n.attempt_id, 'href', '/attempts/' || n.attempt_id, 'console_href', '/attempts/' || n.attempt_id || '/console#b' || n.start_byte, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end,
			'commit_href', '/trees/' || t.name || '/commits/' || c.sha, 'subject', case when t.kind = 'git' then c.subject end, 'profile', p.name, 'machine', m.name, 'uptime', page_duration(n.uptime_s), 'tried', page_count(n.exposure), 'times', n.times, 'is_patched', not n.is_plain, 'at', page_time(n.claimed_at)) order by n.attempt_id desc)
		from newest n join tree t on t.id = n.tree_id join commit c on c.id = n.commit_id join profile p on p.id = n.profile_id join attempt a on a.id = n.attempt_id join machine m on m.id = a.machine_id),
	'is_cut', (select true from hit offset 50 limit 1),
	'report', (select json_build_object('text', n.report ->> 'text', 'title', n.title, 'id', n.attempt_id, 'href', '/attempts/' || n.attempt_id || '/console#b' || n.start_byte) from newest n where n.report ->> 'text' is not null order by n.attempt_id desc limit 1),
	'of_newest', (select count(*) from newest),
	'factors', (select json_agg(json_build_object('name', name, 'values', "values") order by n) from (select n, name, json_agg(json_build_object('value', value, 'times', times) order by times desc, value) as "values" from factor group by n, name) g)) as page
from b;
