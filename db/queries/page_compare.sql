-- Two runs or revisions side by side: by profile in seven categories, by bug, and by number.
-- C judges: each of `bugs` has `cells` (both sides' events, exposure, seconds in what the sides have in common), each of
-- `numbers` both sides' values (of a profile's newest 50 attempts) on the scale of change_scale, and what one value's noise is there (robust, from how its
-- neighbours on the line differ from one to the next; null: unknown).
-- $1 before; $2 after: each as compare_side() takes it, or null.
-- Always one row; `problem` says what was not found.
with side as materialized (
	select 1 as n, s.* from compare_side($1::text) s union all select 2, s.* from compare_side($2::text) s
), found as materialized (
	select s.n, t.* from side s cross join lateral compare_tried(s.run_id, s.revision_id) t
), kind as materialized (
	select kernel_release, page_size, counter_meaning(kernel_release, page_size) as meaning from (select distinct kernel_release, page_size from found) k
), tried as materialized (
	select f.*, k.meaning, k.meaning || ', ' || f.accel as stratum from found f join kind k on k.kernel_release is not distinct from f.kernel_release and k.page_size is not distinct from f.page_size
), per as (
	select profile_id, n, count(*) as attempts, count(*) filter (where result = 'clean') as clean, count(*) filter (where result in ('crash', 'hang')) as bad, sum(exposure)::bigint as exposure
	from tried group by profile_id, n
), side_words as (
	select profile_id, n, attempts, clean, json_build_object('attempts', page_count(attempts), 'clean', nullif(clean, 0), 'bad', nullif(bad, 0), 'other', nullif(attempts - clean - bad, 0), 'exposure', page_count(exposure)) as words from per
), pair as (
	select p.id, p.name, b.words as before, a.words as after, compare_category(b.attempts, b.clean, a.attempts, a.clean) as category, t.name as tree
	from (select profile_id, min(tree_id) as tree_id from tried group by profile_id) d join profile p on p.id = d.profile_id join tree t on t.id = d.tree_id
		left join side_words b on b.profile_id = p.id and b.n = 1 left join side_words a on a.profile_id = p.id and a.n = 2
), hit as materialized ( -- a bug in an attempt counts with what was tried until its first report
	select t.n, t.profile_id, t.stratum, o.bug_id, t.attempt_id, t.exposure, coalesce(min(o.exposure), t.exposure) as until_report
	from tried t join occurrence o on o.attempt_id = t.attempt_id and o.claimed_at = t.claimed_at and not o.is_warning
	group by t.n, t.profile_id, t.stratum, o.bug_id, t.attempt_id, t.exposure
	union all
	select n, profile_id, stratum, 0, attempt_id, exposure, exposure from tried where result in ('crash', 'hang')
), cell as (
	select profile_id, stratum, n, sum(exposure)::double precision as exposure, sum(seconds) filter (where exposure is not null) as seconds from tried where exposure is not null group by profile_id, stratum, n
), shown as (
	select bug_id, count(distinct attempt_id) as attempts from hit group by bug_id order by bug_id = 0 desc, count(distinct attempt_id) desc, bug_id limit 50
), met as (
	select b.bug_id, c.profile_id, c.stratum, c.n, count(h.attempt_id) filter (where h.until_report is not null) as events,
		c.exposure + coalesce(sum(h.until_report - h.exposure), 0) as exposure, coalesce(c.seconds, 0) as seconds
	from shown b cross join cell c left join hit h on h.bug_id = b.bug_id and h.profile_id = c.profile_id and h.stratum is not distinct from c.stratum and h.n = c.n
	group by b.bug_id, c.profile_id, c.stratum, c.n, c.exposure, c.seconds
), cells as (
	select b.bug_id, json_agg(json_build_object('profile', p.name, 'before', json_build_object('events', b.events, 'exposure', b.exposure, 'seconds', b.seconds),
		'after', json_build_object('events', a.events, 'exposure', a.exposure, 'seconds', a.seconds)) order by p.name, b.stratum) as cells
	from met b join met a on a.bug_id = b.bug_id and a.profile_id = b.profile_id and a.stratum is not distinct from b.stratum and a.n = 2 join profile p on p.id = b.profile_id
	where b.n = 1 group by b.bug_id
), total as (
	select bug_id, json_build_object('k', sum(events) filter (where n = 1), 'exposure', sum(exposure) filter (where n = 1)) as before,
		json_build_object('k', sum(events) filter (where n = 2), 'exposure', sum(exposure) filter (where n = 2)) as after
	from met group by bug_id
), valued as ( -- points on the line, and values beside it
	select t.n, t.profile_id, t.tree_id, t.attempt_id, s.metric, v.value
	from (select * from (select *, row_number() over (partition by n, profile_id order by attempt_id desc) as place from tried) p where place <= 50) t
		join series s on s.tree_id = t.tree_id and s.profile_id = t.profile_id join point v on v.series_id = s.id and v.attempt_id = t.attempt_id and v.claimed_at = t.claimed_at
	union all
	select t.n, t.profile_id, t.tree_id, t.attempt_id, v.metric, v.value from tried t join point_beside v on v.attempt_id = t.attempt_id and v.claimed_at = t.claimed_at
), value as materialized (
	select n, profile_id, tree_id, metric, value,
		change_scale(metric, value, case when metric = 'fail_ratio' then max(value) filter (where metric = 'pgmigrate_success') over of_attempt end, case when metric = 'fail_ratio' then max(value) filter (where metric = 'pgmigrate_fail') over of_attempt end) as scaled
	from valued window of_attempt as (partition by n, attempt_id)
), number as materialized (
	select v.*, s.id as series_id
	from (
		select profile_id, min(tree_id) as tree_id, metric, percentile_cont(0.5) within group (order by value) filter (where n = 1) as before, percentile_cont(0.5) within group (order by value) filter (where n = 2) as after,
			json_agg(scaled) filter (where n = 1) as before_values, json_agg(scaled) filter (where n = 2) as after_values
		from value group by profile_id, metric having count(*) filter (where n = 1) > 0 and count(*) filter (where n = 2) > 0 limit 500) v
		left join series s on s.tree_id = v.tree_id and s.profile_id = v.profile_id and s.metric = v.metric
), near as materialized ( -- 20 commits to each side of the first place on the line that was tried
	select array_agg(n.commit_id) as commits, array_agg(n.ordinal) as ordinals
	from (select t.tree_id, min(tc.ordinal) as ordinal from tried t join tree_commit tc on tc.tree_id = t.tree_id and tc.commit_id = t.commit_id where tc.ordinal is not null group by t.tree_id order by 1 limit 1) e
		join tree_commit n on n.tree_id = e.tree_id and n.ordinal between e.ordinal - 20 and e.ordinal + 20
), step as (
	select m.series_id, abs(v.scaled - lag(v.scaled) over (partition by m.series_id order by v.ordinal, v.attempt_id)) as step
	from number m cross join near e cross join lateral (
		select e.ordinals[array_position(e.commits, v.commit_id)] as ordinal, v.attempt_id, change_scale(m.metric, v.value, null, null) as scaled
		from point v where v.series_id = m.series_id and v.commit_id = any (e.commits)) v
), noise as (
	select series_id, case when count(step) >= 10 then percentile_cont(0.5) within group (order by step) / (0.6745 * sqrt(2)) end as noise from step group by series_id
)
select json_build_object(
	'title', 'Compare', 'in_runs', true, 'a', $1::text, 'b', $2::text, 'has_both', (select true from side having count(*) = 2),
	'problem', (select string_agg('Nothing that is known here is called “' || spec || '”.', ' ' order by n) from (values (1, $1::text), (2, $2::text)) w (n, spec) where spec is not null and n not in (select n from side)),
	'before', (select json_build_object('label', label, 'href', href, 'tried', page_counted((select count(*) from tried where n = 1), 'attempt', 'attempts')) from side where n = 1),
	'after', (select json_build_object('label', label, 'href', href, 'tried', page_counted((select count(*) from tried where n = 2), 'attempt', 'attempts')) from side where n = 2),
	'swap', (select '/compare?a=' || url_text($2::text) || '&b=' || url_text($1::text) from side having count(*) = 2),
	'not_alike', (select counter_warning(array_agg(distinct meaning)) from tried where exposure is not null),
	'categories', (select json_agg(json_build_object('category', w.category, 'word', w.word, 'says', w.says, 'status', json_build_object('word', w.word, 'mark', w.mark, 'class', w.class), 'count', (select count(*) from pair where pair.category = w.category),
			'profiles', (select json_agg(json_build_object('profile', name, 'href', '/trees/' || tree || '/series/' || name || '/fail_ratio', 'before', before, 'after', after) order by name) from pair where pair.category = w.category)) order by w.n)
		from (values (1, 'regressed', 'regressed', 'every attempt was clean before, some failed after', '✗', 'bad'), (2, 'new_failing', 'new, failing', 'not tried before', '✗', 'bad'), (3, 'still_failing', 'still failing', 'some failed on both sides', '✗', 'bad'),
			(4, 'fails_no_more', 'fails no more', 'some failed before, none after: whether that is a fix is judged below', '✓', 'good'), (5, 'new_passing', 'new, passing', 'not tried before', '✓', 'good'),
			(6, 'still_passing', 'still passing', 'every attempt was clean on both sides', '✓', 'good'), (7, 'not_tried', 'not tried after', 'so nothing can be said', '–', 'idle')) w (n, category, word, says, mark, class)),
	'bugs', (select json_agg(json_build_object('href', case when s.bug_id > 0 then '/bugs/' || s.bug_id end, 'title', coalesce(b.title, 'any crash or hang'), 'before', t.before, 'after', t.after, 'cells', coalesce(c.cells, '[]')) order by s.bug_id = 0 desc, s.attempts desc, s.bug_id)
		from shown s left join bug b on b.id = s.bug_id left join total t on t.bug_id = s.bug_id left join cells c on c.bug_id = s.bug_id),
	'numbers', (select json_agg(json_build_object('profile', p.name, 'metric', k.name, 'name', k.title, 'unit', k.unit, 'href', case when m.series_id is not null then '/trees/' || t.name || '/series/' || p.name || '/' || k.name end, 'before', page_number(m.before), 'after', page_number(m.after),
			'before_values', m.before_values, 'after_values', m.after_values, 'noise', o.noise) order by k.position, p.name)
		from number m join profile p on p.id = m.profile_id join metric k on k.name = m.metric join tree t on t.id = m.tree_id left join noise o on o.series_id = m.series_id)) as page;
