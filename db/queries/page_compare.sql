-- Two runs or revisions side by side: by profile in seven categories, by bug, and by number.
-- C judges: each of `bugs` has `cells` (both sides' events, exposure, seconds in what the sides have in common), each of
-- `numbers` both sides' values (of a profile's newest 50 attempts) on the scale of change_scale, and what one value's noise is there (robust, from how the
-- medians of its neighbours on the line differ from one to the next; null: unknown).
-- $1 before; $2 after: each as compare_side() takes it, or null.
-- Always one row; `problem` says what was not found.
with side as materialized (
	select 1 as n, s.* from compare_side($1::text) s union all select 2, s.* from compare_side($2::text) s
), found as materialized (
	select s.n, s.run_id, s.tree_id, g.*, counter_meaning(g.kernel_release, coalesce(g.page_size, p.page_size)) as meaning,
		counter_meaning(g.kernel_release, coalesce(g.page_size, p.page_size)) || ', ' || coalesce(g.accel, 'tcg') as stratum
	from side s cross join lateral compare_groups(s.run_id, s.revision_id) g join profile p on p.id = g.profile_id
), per as (
	select profile_id, n, sum(attempts)::bigint as attempts, sum(clean)::bigint as clean, sum(bad)::bigint as bad, sum(exposure)::bigint as exposure
	from found group by profile_id, n
), side_words as (
	select profile_id, n, attempts, clean, json_build_object('attempts', page_count(attempts), 'clean', nullif(clean, 0), 'bad', nullif(bad, 0), 'other', nullif(attempts - clean - bad, 0), 'exposure', page_count(exposure)) as words from per
), pair as (
	select p.id, p.name, b.words as before, a.words as after, compare_category(b.attempts, b.clean, a.attempts, a.clean) as category, t.name as tree
	from (select profile_id, min(tree_id) as tree_id from found group by profile_id) d join profile p on p.id = d.profile_id join tree t on t.id = d.tree_id
		left join side_words b on b.profile_id = p.id and b.n = 1 left join side_words a on a.profile_id = p.id and a.n = 2
), place as materialized (
	select distinct n, run_id, revision_id from found cross join lateral unnest(revisions) v (revision_id)
), hit as materialized ( -- a bug in an attempt counts with what was tried until its first report; where no bug was counted there is none to look for
	select v.n, v.profile_id, f.stratum, o.bug_id, a.id as attempt_id, a.exposure, coalesce(o.exposure, a.exposure) as until_report
	from (select distinct p.n, p.run_id, p.revision_id, y.profile_id from place p cross join lateral (select profile_id from bug_tally where revision_id = p.revision_id offset 0) y) v
		cross join lateral (select id from job where revision_id = v.revision_id and profile_id = v.profile_id and (v.run_id is null or run_id = v.run_id) offset 0) j
		cross join lateral (select * from attempt where job_id = j.id and state = 'done' offset 0) a
		cross join lateral (select bug_id, min(exposure) as exposure from occurrence where attempt_id = a.id and claimed_at = a.claimed_at and not is_warning group by bug_id offset 0) o
		join found f on f.n = v.n and f.profile_id = v.profile_id and f.kernel_release is not distinct from a.kernel_release and f.page_size is not distinct from a.page_size and f.accel is not distinct from a.accel
), cell as (
	select profile_id, stratum, n, sum(exposure)::double precision as exposure, coalesce(sum(seconds), 0) as seconds, sum(bad_known)::bigint as bad from found where known > 0 group by profile_id, stratum, n
), shown as (
	select bug_id, attempts
	from (select 0::bigint as bug_id, sum(bad) as attempts from found having sum(bad) > 0 union all select bug_id, count(distinct attempt_id) from hit group by bug_id) x
	order by bug_id = 0 desc, attempts desc, bug_id limit 50
), seen as (
	select bug_id, profile_id, stratum, n, count(until_report) as events, sum(until_report - exposure) as more from hit group by bug_id, profile_id, stratum, n
), met as (
	select b.bug_id, c.profile_id, c.stratum, c.n, case when b.bug_id = 0 then c.bad else coalesce(h.events, 0) end as events, c.exposure + coalesce(h.more, 0)::double precision as exposure, c.seconds
	from shown b cross join cell c left join seen h on h.bug_id = b.bug_id and h.profile_id = c.profile_id and h.stratum is not distinct from c.stratum and h.n = c.n
), cells as (
	select b.bug_id, json_agg(json_build_object('profile', p.name, 'before', json_build_object('events', b.events, 'exposure', b.exposure, 'seconds', b.seconds),
		'after', json_build_object('events', a.events, 'exposure', a.exposure, 'seconds', a.seconds)) order by p.name, b.stratum) as cells
	from met b join met a on a.bug_id = b.bug_id and a.profile_id = b.profile_id and a.stratum is not distinct from b.stratum and a.n = 2 join profile p on p.id = b.profile_id
	where b.n = 1 group by b.bug_id
), total as (
	select bug_id, json_build_object('k', sum(events) filter (where n = 1), 'exposure', sum(exposure) filter (where n = 1)) as before,
		json_build_object('k', sum(events) filter (where n = 2), 'exposure', sum(exposure) filter (where n = 2)) as after
	from met group by bug_id
), newest as materialized (
	select p.n, p.profile_id, p.tree_id, p.attempt_id, a.claimed_at
	from (select f.n, f.profile_id, f.tree_id, v.attempt_id, row_number() over (partition by f.n, f.profile_id order by v.attempt_id desc) as place from found f cross join lateral unnest(f.newest) v (attempt_id)) p
		cross join lateral (select claimed_at from attempt where id = p.attempt_id offset 0) a
	where p.place <= 50
), valued as ( -- points on the line, and values beside it
	select t.n, t.profile_id, t.tree_id, t.attempt_id, s.metric, v.value
	from newest t join series s on s.tree_id = t.tree_id and s.profile_id = t.profile_id
		cross join lateral (select value from point where series_id = s.id and attempt_id = t.attempt_id and claimed_at = t.claimed_at offset 0) v
	union all
	select t.n, t.profile_id, t.tree_id, t.attempt_id, v.metric, v.value
	from newest t cross join lateral (select metric, value from point_beside where attempt_id = t.attempt_id and claimed_at = t.claimed_at offset 0) v
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
	from (select r.tree_id, min(tc.ordinal) as ordinal from place p join revision r on r.id = p.revision_id join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id where tc.ordinal is not null group by r.tree_id order by 1 limit 1) e
		join tree_commit n on n.tree_id = e.tree_id and n.ordinal between e.ordinal - 20 and e.ordinal + 20
), step as ( -- of medians, each as sure as it has attempts
	select series_id, abs(scaled - lag(scaled) over w) / sqrt(1 / n::double precision + 1 / (lag(n) over w)::double precision) as step
	from (select m.series_id, e.ordinals[array_position(e.commits, v.commit_id)] as ordinal, v.n, change_scale(m.metric, v.value, null, null) as scaled
		from number m cross join near e cross join lateral (select commit_id, n, value from median where series_id = m.series_id and commit_id = any (e.commits) offset 0) v) x
	window w as (partition by series_id order by ordinal)
), noise as (
	select series_id, case when count(step) >= 10 then percentile_cont(0.5) within group (order by step) / 0.6745 end as noise from step group by series_id
)
select json_build_object(
	'title', 'Compare', 'in_runs', true, 'a', $1::text, 'b', $2::text, 'has_both', (select true from side having count(*) = 2),
	'problem', (select string_agg('Nothing that is known here is called “' || spec || '”.', ' ' order by n) from (values (1, $1::text), (2, $2::text)) w (n, spec) where spec is not null and n not in (select n from side)),
	'before', (select json_build_object('label', label, 'href', href, 'tried', page_counted((select coalesce(sum(attempts), 0)::bigint from found where n = 1), 'attempt', 'attempts')) from side where n = 1),
	'after', (select json_build_object('label', label, 'href', href, 'tried', page_counted((select coalesce(sum(attempts), 0)::bigint from found where n = 2), 'attempt', 'attempts')) from side where n = 2),
	'swap', (select '/compare?a=' || url_text($2::text) || '&b=' || url_text($1::text) from side having count(*) = 2),
	'not_alike', (select counter_warning(array_agg(distinct meaning)) from found where known > 0),
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
