-- The trend of one metric of a tree under up to twelve profiles, for drawing: medians by commit as columns, and what stands beside them.
-- $1 tree; $2 metric; $3 profiles, commas between them; $4, $5 first and last place on the line (null: the newest 500 commits); $6 how many points a
-- series has at most (null: 1200); $7 'packed': the series' values as letters (null: as columns). On a longer stretch each bin of `width` commits gives its mean, lowest and
-- highest value, without attempts and machines; changes and crash reports are always kept.
-- Packed, each number from 0 to 4095 is two base64 digits, and of all numbers of a column the high digits stand before the low ones, which compresses best: `n` of each bin of
-- each series (0: nothing there; 4095: or more); of those that have any, in that order, `middle`, and where bins are wider than a commit `low` and `high`, as trend_step() has them
-- from the series' `base` and `per`.
-- No row: no such tree or metric, or no commit.
with t as (
	select t.id, t.name, t.kind = 'git' as is_git, m.name as metric, m.title, m.unit from tree t join metric m on m.name = $2::text where t.name = $1::text
), span as (
	select s.*, case when s.last - s.first < w.wanted then 1 else ceil((s.last - s.first + 1) * 2.0 / w.wanted)::bigint end as width, ceil((s.last - s.first + 1) / 50.0)::bigint as stride
	from t cross join lateral trend_span(t.id, $4::text, $5::text) s
		cross join (select case when $6::text ~ '^[0-9]{1,4}$' then greatest(20, least($6::text::integer, 4000)) else 1200 end as wanted) w
), chosen as materialized (
	select s.* from t cross join lateral trend_series(t.id, t.metric, $3::text) s
), per as materialized (
	select x.place, m.ordinal, m.n, m.value as middle, m.lowest, m.highest, m.attempt_id, m.machine_id, m.accel, m.config, change_scale(t.metric, m.value, null, null) as scaled
	from t cross join span cross join lateral series_medians(t.id, (select array_agg(series_id) from chosen), span.first, case when width = 1 then span.last else span.first - 1 end) m
		join chosen x on x.series_id = m.series_id
), wide as materialized (
	select x.place, m.bin, m.n, m.mean, m.lowest as low, m.highest as high
	from t cross join span cross join lateral series_bins(t.id, (select array_agg(series_id) from chosen), span.first, case when width > 1 then span.last else span.first - 1 end, width) m
		join chosen x on x.series_id = m.series_id
), moved as materialized (
	select c.*, x.place, g.ordinal as good, b.ordinal as bad, t.metric
	from t cross join span cross join chosen x join change c on c.series_id = x.series_id and c.gone_at is null and c.state <> 'false_alarm'
		join tree_commit g on g.tree_id = t.id and g.commit_id = c.good_id join tree_commit b on b.tree_id = t.id and b.commit_id = c.bad_id
	where b.ordinal >= span.first and g.ordinal <= span.last
), kept as materialized (
	select place, ordinal, n, middle, lowest, highest, attempt_id from per
	union all select place, first + bin * width + width / 2, n, mean, low, high, null from wide cross join span
), scale as materialized (
	select place, floor(min(ln(lowest)) * 1000) / 1000 as base, least(100, floor(4000 / greatest(max(ln(highest)) - min(ln(lowest)), 1))) as per
	from kept where lowest > 0 and $7::text = 'packed' group by place
), step as materialized (
	select k.place, k.ordinal, trend_step(k.middle, s.base, s.per) as middle, trend_step(k.lowest, s.base, s.per) as low, trend_step(k.highest, s.base, s.per) as high
	from kept k left join scale s using (place) where $7::text = 'packed'
), filled as materialized (
	select x.place, g.bin, least(coalesce(k.n, 0), 4095)::integer as n -- least() would take 4095 for null
	from span cross join chosen x cross join lateral generate_series(0, (span.last - span.first) / span.width) g (bin)
		left join (select place, (ordinal - first) / width as bin, n from kept cross join span) k on k.place = x.place and k.bin = g.bin
	where $7::text = 'packed'
), numbered as materialized ( -- each point beside the one before
	select place, ordinal, machine_id, accel, config, row_number() over w as n, lag(machine_id) over w as machine_before, lag(accel) over w as accel_before, lag(config) over w as config_before,
		abs(scaled - lag(scaled) over w) / sqrt(1.0 / n + 1.0 / lag(n) over w) as step
	from per window w as (partition by place order by ordinal)
), noise as ( -- of single attempts around what they measure, out of neighbours
	select place, percentile_cont(0.5) within group (order by step) / 0.6745 as sigma from numbered where step is not null group by place
), made as materialized (
	select k.place, k.ordinal, m.name as machine from per k join machine m on m.id = k.machine_id where $7::text is distinct from 'packed'
), other as ( -- what was not there at the twenty points before; looked for only where anything turned
	select s.place, s.ordinal, 'machine' as what, m.name as value
	from (select *, n - lag(n) over (partition by place, machine_id order by ordinal) as since from numbered where exists (select from numbered where n > 1 and machine_id <> machine_before)) s join machine m on m.id = s.machine_id
	where n > 1 and (since is null or since > 20)
	union all
	select place, ordinal, 'run', accel from (select *, n - lag(n) over (partition by place, accel order by ordinal) as since from numbered where exists (select from numbered where n > 1 and accel <> accel_before)) s
	where n > 1 and (since is null or since > 20) and accel is not null
	union all
	select place, ordinal, 'config', config from (select *, n - lag(n) over (partition by place, config order by ordinal) as since from numbered where exists (select from numbered where n > 1 and config <> coalesce(config_before, ''))) s
	where n > 1 and (since is null or since > 20) and config is not null
), crash as ( -- by index, commit by commit
	select x.place, tc.ordinal, b.bug_id, b.attempts, coalesce(greatest(y.attempts, b.attempts), b.attempts) as tried
	from t cross join span join tree_commit tc on tc.tree_id = t.id and tc.ordinal between span.first and span.last
		cross join lateral (select id from revision where commit_id = tc.commit_id and tree_id = t.id and is_plain offset 0) r
		cross join lateral (select * from bug_tally where revision_id = r.id offset 0) b
		join chosen x on x.profile_id = b.profile_id join bug g on g.id = b.bug_id and bug_what(g.type) <> 'warning'
		left join tally y on y.revision_id = b.revision_id and y.profile_id = b.profile_id
)
select json_build_object('tree', t.name, 'metric', t.metric, 'title', t.title, 'unit', t.unit, 'first', span.first, 'last', span.last, 'top', span.top, 'width', span.width, 'stride', span.stride,
	'packed', case when $7::text = 'packed' then json_strip_nulls(json_build_object('n', (select string_agg(trend_letter(n / 64), '' order by place, bin) || string_agg(trend_letter(n % 64), '' order by place, bin) from filled),
		'middle', (select string_agg(trend_letter(middle / 64), '' order by place, ordinal) || string_agg(trend_letter(middle % 64), '' order by place, ordinal) from step),
		'low', (select string_agg(trend_letter(low / 64), '' order by place, ordinal) || string_agg(trend_letter(low % 64), '' order by place, ordinal) from step where span.width > 1),
		'high', (select string_agg(trend_letter(high / 64), '' order by place, ordinal) || string_agg(trend_letter(high % 64), '' order by place, ordinal) from step where span.width > 1))) end,
	'series', (select coalesce(json_agg(case when $7::text = 'packed' then json_build_object('profile', x.profile, 'noise', round(noise.sigma::numeric, 4), 'base', scale.base, 'per', scale.per)
			else json_build_object('profile', x.profile, 'noise', round(noise.sigma::numeric, 4), 'ordinal', k.ordinal, 'n', k.n, 'middle', trend_values(k.middle), 'low', trend_values(k.low), 'high', trend_values(k.high), 'attempt', k.attempt, 'machine', k.machine) end order by x.place), '[]')
		from chosen x left join noise using (place) left join scale using (place) left join (
			select kept.place, array_agg(ordinal order by ordinal) as ordinal, array_agg(n order by ordinal) as n, array_agg(middle order by ordinal) as middle,
				array_agg(case when n > 1 or attempt_id is null then lowest end order by ordinal) as low, array_agg(case when n > 1 or attempt_id is null then highest end order by ordinal) as high,
				array_agg(attempt_id order by ordinal) as attempt, array_agg(made.machine order by ordinal) as machine
			from kept left join made using (place, ordinal) where $7::text is distinct from 'packed' group by kept.place) k using (place)),
	'changes', (select coalesce(json_agg(json_build_object('id', m.id, 'series', m.place - 1, 'good', m.good, 'bad', m.bad, 'word', page_change_status(m.state, null) ->> 'word',
		'before', case when m.kind = 'level' then trend_value(change_unscale(m.metric, m.before)) end, 'after', case when m.kind = 'level' then trend_value(change_unscale(m.metric, m.after)) end) order by m.bad, m.place), '[]') from moved m),
	'bugs', (select json_build_object('series', coalesce(json_agg(place - 1 order by ordinal, place, bug_id), '[]'), 'ordinal', coalesce(json_agg(ordinal order by ordinal, place, bug_id), '[]'), 'bug', coalesce(json_agg(bug_id order by ordinal, place, bug_id), '[]'),
		'count', coalesce(json_agg(attempts order by ordinal, place, bug_id), '[]'), 'tried', coalesce(json_agg(tried order by ordinal, place, bug_id), '[]')) from crash),
	'titles', (select coalesce(json_object_agg(b.id, b.title), '{}') from bug b where b.id in (select bug_id from crash)),
	'marks', (select coalesce(json_agg(json_build_object('series', place - 1, 'ordinal', ordinal, 'what', what, 'value', value) order by ordinal, place, what), '[]') from (select * from other order by ordinal limit 400) o),
	'commits', (select json_build_object('ordinal', coalesce(json_agg(tc.ordinal order by tc.ordinal), '[]'), 'name', coalesce(json_agg(case when t.is_git then left(c.sha, 12) else c.subject end order by tc.ordinal), '[]'), 'time', coalesce(json_agg(extract(epoch from c.committed_at)::bigint order by tc.ordinal), '[]'))
		from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = t.id and tc.ordinal between span.first and span.last and ((tc.ordinal - span.first) % span.stride = 0 or tc.ordinal = span.last)),
	'tags', (select coalesce(json_agg(json_build_object('ordinal', ordinal, 'name', name) order by ordinal), '[]') from (
		select tc.ordinal, min(r.name) as name from tree_ref r join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id where r.tree_id = t.id and tc.ordinal between span.first and span.last group by tc.ordinal order by tc.ordinal desc limit 200) r))::text as body
from t cross join span
