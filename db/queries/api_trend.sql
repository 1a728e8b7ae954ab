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
), value as materialized ( -- in order: who sorts it again finds it sorted, and aggregates that are told an order would sort once each
	select x.place, m.ordinal - span.first as bin, m.ordinal, m.n, m.value as middle, m.lowest as low, m.highest as high, m.attempt_id, m.machine_id
	from t cross join span cross join lateral series_medians(t.id, array(select series_id from chosen), span.first, case when width = 1 then span.last else span.first - 1 end) m join chosen x on x.series_id = m.series_id
	union all
	select x.place, m.bin, span.first + m.bin * width + width / 2, m.n, m.mean, m.lowest, m.highest, null, null
	from t cross join span cross join lateral series_bins(t.id, array(select series_id from chosen), span.first, case when width > 1 then span.last else span.first - 1 end, width) m join chosen x on x.series_id = m.series_id
	order by place, bin
), moved as materialized (
	select c.*, x.place, g.ordinal as good, b.ordinal as bad, t.metric
	from t cross join span cross join chosen x join change c on c.series_id = x.series_id and c.gone_at is null and c.state <> 'false_alarm'
		join tree_commit g on g.tree_id = t.id and g.commit_id = c.good_id join tree_commit b on b.tree_id = t.id and b.commit_id = c.bad_id
	where b.ordinal >= span.first and g.ordinal <= span.last
), numbered as not materialized ( -- each point beside the one before: so much it differs by, single attempts' noise around what they measure, and so many bins between have none
	select v.*, abs(scaled - lag(scaled) over w) / sqrt(1 / n::double precision + 1 / (lag(n) over w)::double precision) as step, bin - coalesce(lag(bin) over w, -1) - 1 as gap
	from (select value.*, case when width = 1 then change_scale(t.metric, middle, null, null) end as scaled from t cross join span cross join value) v
	window w as (partition by place order by bin)
), scale as materialized (
	select place, floor(ln(min(low)) * 1000) / 1000 as base, least(100, floor(4000 / greatest(ln(max(high)) - ln(min(low)), 1))) as per from value where low > 0 and $7::text = 'packed' group by place
), letters as materialized (
	select place, percentile_cont(0.5) within group (order by step) / 0.6745 as noise, string_agg(repeat('A', gap::integer) || trend_letter(n / 64), '') as n_high, string_agg(repeat('A', gap::integer) || trend_letter(n % 64), '') as n_low,
		string_agg(trend_letter(middle / 64), '') as middle_high, string_agg(trend_letter(middle % 64), '') as middle_low, string_agg(trend_letter(low / 64), '') filter (where low is not null) as low_high, string_agg(trend_letter(low % 64), '') filter (where low is not null) as low_low,
		string_agg(trend_letter(high / 64), '') filter (where high is not null) as high_high, string_agg(trend_letter(high % 64), '') filter (where high is not null) as high_low
	from (select place, step, gap, least(n, 4095)::integer as n, trend_step(middle, base, per) as middle, case when width > 1 then trend_step(low, base, per) end as low, case when width > 1 then trend_step(high, base, per) end as high
		from numbered left join scale using (place) cross join span where $7::text = 'packed' order by place, bin) x
	group by place
), columns as materialized (
	select place, percentile_cont(0.5) within group (order by step) / 0.6745 as noise, array_agg(ordinal) as ordinal, array_agg(n) as n, array_agg(trend_value(middle)) as middle, array_agg(trend_value(case when n > 1 or attempt_id is null then low end)) as low,
		array_agg(trend_value(case when n > 1 or attempt_id is null then high end)) as high, array_agg(attempt_id) as attempt, array_agg(machine) as machine
	from (select v.*, m.name as machine from numbered v left join machine m on m.id = v.machine_id where $7::text is distinct from 'packed' order by place, bin) x
	group by place
), other as (
	select x.place, m.ordinal, m.what, m.value
	from t cross join span cross join lateral series_marks(t.id, array(select series_id from chosen), span.first, case when width = 1 then span.last else span.first - 1 end) m join chosen x on x.series_id = m.series_id
	order by m.ordinal, x.place, m.what limit 400
), crash as materialized (
	select x.place, c.ordinal, c.bug_id, c.attempts, c.tried
	from t cross join span cross join lateral trend_crashes(t.id, array(select profile_id from chosen), span.first, span.last) c join chosen x on x.profile_id = c.profile_id
	order by c.ordinal, x.place, c.bug_id
)
select json_build_object('tree', t.name, 'metric', t.metric, 'title', t.title, 'unit', t.unit, 'first', span.first, 'last', span.last, 'top', span.top, 'width', span.width, 'stride', span.stride,
	'packed', case when $7::text = 'packed' then (select json_strip_nulls(json_build_object('n', string_agg(rpad(coalesce(n_high, ''), bins, 'A'), '') || string_agg(rpad(coalesce(n_low, ''), bins, 'A'), ''),
			'middle', string_agg(middle_high, '') || string_agg(middle_low, ''), 'low', string_agg(low_high, '') || string_agg(low_low, ''), 'high', string_agg(high_high, '') || string_agg(high_low, '')))
		from (select letters.*, ((span.last - span.first) / span.width + 1)::integer as bins from chosen left join letters using (place) order by place) l) end,
	'series', (select coalesce(json_agg(case when $7::text = 'packed' then json_build_object('profile', x.profile, 'noise', round(l.noise::numeric, 4), 'base', s.base, 'per', s.per)
			else json_build_object('profile', x.profile, 'noise', round(k.noise::numeric, 4), 'ordinal', k.ordinal, 'n', k.n, 'middle', k.middle, 'low', k.low, 'high', k.high, 'attempt', k.attempt, 'machine', k.machine) end order by x.place), '[]')
		from chosen x left join scale s using (place) left join letters l using (place) left join columns k using (place)),
	'changes', (select coalesce(json_agg(json_build_object('id', m.id, 'series', m.place - 1, 'good', m.good, 'bad', m.bad, 'word', page_change_status(m.state, null) ->> 'word',
		'before', trend_value(change_unscale(m.metric, m.before)), 'after', trend_value(change_unscale(m.metric, m.after))) order by m.bad, m.place), '[]') from moved m),
	'bugs', (select json_build_object('series', coalesce(json_agg(place - 1), '[]'), 'ordinal', coalesce(json_agg(ordinal), '[]'), 'bug', coalesce(json_agg(bug_id), '[]'),
		'count', coalesce(json_agg(attempts), '[]'), 'tried', coalesce(json_agg(tried), '[]')) from (select * from crash order by ordinal, place, bug_id) x),
	'titles', (select coalesce(json_object_agg(b.id, b.title), '{}') from bug b where b.id in (select bug_id from crash)),
	'marks', (select coalesce(json_agg(json_build_object('series', place - 1, 'ordinal', ordinal, 'what', what, 'value', value) order by ordinal, place, what), '[]') from other),
	'commits', (select json_build_object('ordinal', coalesce(json_agg(tc.ordinal order by tc.ordinal), '[]'), 'name', coalesce(json_agg(case when t.is_git then left(c.sha, 12) else c.subject end order by tc.ordinal), '[]'), 'time', coalesce(json_agg(extract(epoch from c.committed_at)::bigint order by tc.ordinal), '[]'))
		from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = t.id and tc.ordinal between span.first and span.last and ((tc.ordinal - span.first) % span.stride = 0 or tc.ordinal = span.last)),
	'tags', (select coalesce(json_agg(json_build_object('ordinal', ordinal, 'name', name) order by ordinal), '[]') from (
		select tc.ordinal, min(r.name) as name from tree_ref r join tree_commit tc on tc.tree_id = r.tree_id and tc.commit_id = r.commit_id where r.tree_id = t.id and tc.ordinal between span.first and span.last group by tc.ordinal order by tc.ordinal desc limit 200) r))::text as body
from t cross join span
