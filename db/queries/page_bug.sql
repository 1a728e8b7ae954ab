-- One bug: under which profiles and on which commits it shows and does not, its attempts, its report, what page dumps say.
-- C adds rate, rate_low and rate_high to each object with `k` and `exposure`, and to each range whether the bug is fixed or masked there.
-- $1 id.
-- No row: no such bug.
with b as (
	select * from bug where id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), seen as materialized ( -- where it was, counted
	select y.*, r.tree_id, tc.ordinal
	from b join bug_tally y on y.bug_id = b.id join revision r on r.id = y.revision_id
		left join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id and r.is_plain
), range as materialized (
	select tree_id, min(ordinal) as first, max(ordinal) as last, greatest(min(ordinal), max(ordinal) - 199) as low
	from seen where ordinal is not null group by tree_id
), met as ( -- what was tried on the last 200 commits on which it was seen, and on 50 to each side
	select g.tree_id, c.profile_id, c.part, c.attempts, c.hits, c.k, c.exposure, c.work_ms / 1000.0 as seconds, c.meaning
	from b cross join range g cross join lateral bug_parts(b.id, g.tree_id, g.low - 50, g.low, g.last, g.last + 50, null) c
), under as materialized (
	select m.tree_id, m.profile_id, max(m.k) filter (where m.part = 'within') as k,
		json_object_agg(m.part, json_build_object('k', m.k, 'hits', m.hits, 'exposure', m.exposure, 'seconds', m.seconds, 'meaning', m.meaning, 'attempts', page_count(m.attempts),
			'tried', coalesce(page_count(m.exposure) || coalesce(' = ' || page_pages(m.exposure, p.page_size, 'pages'), ''), 'unknown'))) as parts
	from met m join profile p on p.id = m.profile_id group by m.tree_id, m.profile_id
), profiles as (
	select u.tree_id, counter_warning(array_agg(counter_meaning(null, p.page_size))) as not_alike, json_agg(json_build_object('profile', p.name,
			'href', '/trees/' || t.name || '/series/' || p.name || '/fail_ratio?before=' || g.last + 100, 'has_it', u.k > 0,
			'before', u.parts -> 'before', 'within', u.parts -> 'within', 'after', u.parts -> 'after') order by u.k desc nulls last, p.name) as list
	from under u join range g on g.tree_id = u.tree_id join tree t on t.id = u.tree_id join profile p on p.id = u.profile_id
	group by u.tree_id
), newest as materialized ( -- its newest attempts, each with its first report in them
	select n.*, o.title, o.uptime_s, o.source_file, o.source_line, r.page, r.comm, r.function, r.text, r.frames, r.file, r.unit, g.compiler, w.step, p.arch
	from (select o.attempt_id, o.claimed_at, min(o.start_byte) as start_byte, count(*) as times, min(o.exposure) as exposure
			from b join occurrence o on o.bug_id = b.id
				and o.attempt_id >= coalesce((select min(attempt_id) from (select x.attempt_id from occurrence x where x.bug_id between b.id and b.id order by x.bug_id desc, x.attempt_id desc limit 200) last), 0)
			group by o.attempt_id, o.claimed_at order by o.attempt_id desc limit 50) n
		join occurrence o on o.attempt_id = n.attempt_id and o.claimed_at = n.claimed_at and o.start_byte = n.start_byte
		cross join lateral jsonb_to_record(o.report) r (page jsonb, comm text, function text, text text, frames jsonb, file text, unit text)
		join attempt w on w.id = n.attempt_id join job j on j.id = w.job_id join profile p on p.id = j.profile_id
		left join build g on g.attempt_id = n.attempt_id and occurrence_stream(n.start_byte) = 'build'
), factor as (
	select f.n, f.name, f.value, count(*) as times
	from newest cross join lateral (values (1, 'page dumped because', page ->> 'reason'), (2, 'address space operations', page ->> 'aops'),
		(3, 'order', page ->> 'order'), (4, 'dentry', page ->> 'dentry'), (5, 'refcount', page ->> 'refcount'), (6, 'mapcount', page ->> 'mapcount'),
		(7, 'flags', regexp_replace(page ->> 'flags', '^[^(]*', '')), (8, 'task', comm), (9, 'function', function),
		(10, 'guilty source file', coalesce(source_file || coalesce(':' || source_line, ''), file)),
		(11, 'made then', nullif(unit, '')), (12, 'compiler', compiler), (13, 'architecture', arch), (14, 'came during', step)) f (n, name, value)
	where f.value is not null group by f.n, f.name, f.value
), factors as (
	select n, name, json_agg(json_build_object('value', value, 'times', times) order by times desc, value) as "values" from factor group by n, name
)
select json_build_object(
	'title', b.title, 'in_bugs', true, 'in_bug', true, 'id', b.id, 'bug', b.id, 'type', nullif(b.type, ''), 'is_crash', bug_what(b.type) = 'crash', 'is_warning', bug_what(b.type) = 'warning', 'state', b.state, 'known', rule_marks(b.id), 'created', page_time(b.created_at),
	'alts', (select json_agg(json_build_object('title', title) order by title) from bug_title where bug_id = b.id and title <> b.title),
	'occurrences', (select page_counted(coalesce(sum(occurrences), 0), 'report', 'reports') from seen),
	'attempts', (select page_counted(coalesce(sum(attempts), 0), 'attempt', 'attempts') from seen),
	'ranges', (select json_agg(json_build_object('tree', t.name, 'tree_href', '/trees/' || t.name || '?before=' || g.first + 25,
			'first_short', case when t.kind = 'git' then left(f.sha, 12) else f.subject end, 'first_subject', case when t.kind = 'git' then f.subject end, 'first_href', '/trees/' || t.name || '/commits/' || f.sha,
			'last_short', case when t.kind = 'git' then left(e.sha, 12) else e.subject end, 'last_subject', case when t.kind = 'git' then e.subject end, 'last_href', '/trees/' || t.name || '/commits/' || e.sha,
			'commits', page_count(g.last - g.first + 1), 'is_plural', g.last > g.first, 'is_limited', g.low > g.first, 'not_alike', p.not_alike, 'profiles', p.list, 'is_rated', d.first is null,
			'edges', case when d.first is not null then json_build_object('good', page_commit_place(g.tree_id, d.good), 'gone', page_commit_place(g.tree_id, d.gone),
				'hits', page_counted(d.hits, 'attempt', 'attempts'), 'within', page_count(d.within), 'behind', page_count(d.behind), 'is_gone', d.sure >= 0.99, 'is_unsure', d.behind > 0 and d.sure < 0.99) end) order by t.id)
		from range g join tree t on t.id = g.tree_id cross join lateral bug_edges(b.id, g.tree_id) d left join profiles p on p.tree_id = g.tree_id and d.first is null
			join tree_commit fc on fc.tree_id = g.tree_id and fc.ordinal = g.first join commit f on f.id = fc.commit_id
			join tree_commit ec on ec.tree_id = g.tree_id and ec.ordinal = g.last join commit e on e.id = ec.commit_id),
	'rows', (select json_agg(json_build_object('id', n.attempt_id, 'href', '/attempts/' || n.attempt_id,
			'console_href', occurrence_href(n.attempt_id, n.start_byte), 'came', a.step, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha,
			'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'subject', case when t.kind = 'git' then c.subject end,
			'profile', p.name, 'machine', m.name, 'uptime', page_duration(n.uptime_s), 'tried', page_count(n.exposure), 'times', n.times,
			'is_patched', not l.is_plain, 'at', page_time(n.claimed_at)) order by n.attempt_id desc)
		from newest n join attempt_place l on l.attempt_id = n.attempt_id join tree t on t.id = l.tree_id join commit c on c.id = l.commit_id
			join profile p on p.id = l.profile_id join attempt a on a.id = n.attempt_id join machine m on m.id = a.machine_id),
	'is_cut', (select true from seen having sum(attempts) > 50),
	'report', (select json_build_object('text', text, 'places', case when exists (select from attempt_kernel k join symbol s on s.kernel_id = k.kernel_id and s.state = 'found' where k.attempt_id = newest.attempt_id)
			then page_places(attempt_id, symbol_frames(attempt_id, jsonb_build_object('frames', frames))) end, 'title', title, 'id', attempt_id, 'href', occurrence_href(attempt_id, start_byte))
		from newest where text is not null order by attempt_id desc limit 1),
	'of_newest', (select page_counted(count(*), 'attempt', 'attempts') from newest),
	'factors', (select json_agg(json_build_object('name', name, 'values', "values") order by n) from factors)) as page
from b;
