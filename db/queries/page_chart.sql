-- A trend as a picture of 900 by 320, for mails, READMEs and browsers without scripts.
-- $1 tree; $2 profile; $3 metric; $4 other profiles, commas between them; $5, $6 first and last place on the line (null: the newest 500 commits).
-- No row: no such tree, profile or metric, or no commit.
with t as (
	select t.id, t.name, t.kind = 'git' as is_git, m.name as metric, m.title, m.unit, p.name as profile, p.name || coalesce(',' || nullif($4::text, ''), '') as profiles
	from tree t join profile p on p.name = $2::text join metric m on m.name = $3::text where t.name = $1::text
), span as (
	select s.*, (s.last - s.first) / 500 + 1 as width from t cross join lateral trend_span(t.id, $5::text, $6::text) s
), chosen as materialized (
	select s.* from t cross join lateral trend_series(t.id, t.metric, t.profiles) s
), value as materialized (
	select c.place, v.ordinal, v.value
	from t cross join span cross join lateral series_medians(t.id, array(select series_id from chosen), span.first, span.last) v join chosen c on c.series_id = v.series_id
	order by c.place, v.ordinal
), bound as (
	select min(value) as low, max(value) as high, min(value) > 0 and max(value) > 30 * min(value) as is_log from value
), drawn as ( -- 500 columns at most, in each the lowest and the highest commit
	select place, round(780 + 8000 * (bin + 0.5::double precision) * width / (last - first + 1)) / 10 as x, round(2360 - 1900 * case when b.high = b.low then 0.5 when b.is_log then ln(v.low / b.low) / ln(b.high / b.low) else (v.low - b.low) / (b.high - b.low) end) / 10 as y,
		case when v.high > v.low then round(2360 - 1900 * case when b.is_log then ln(v.high / b.low) / ln(b.high / b.low) else (v.high - b.low) / (b.high - b.low) end) / 10 end as top
	from (select place, bin, min(value) as low, max(value) as high from (select place, (ordinal - first) / width as bin, value from value cross join span) x group by place, bin order by place, bin) v
		cross join bound b cross join span
), crash as (
	select distinct round(780 + 8000 * (c.ordinal - span.first + 0.5::double precision) / (span.last - span.first + 1)) / 10 as x
	from t cross join span cross join lateral trend_crashes(t.id, array(select profile_id from chosen), span.first, span.last) c
), moved as (
	select distinct round(78 + 800 * (tc.ordinal - span.first) / (span.last - span.first + 1), 1) as x
	from t cross join span cross join chosen c join change k on k.series_id = c.series_id and k.gone_at is null and k.state <> 'false_alarm'
		join tree_commit tc on tc.tree_id = t.id and tc.commit_id = k.bad_id and tc.ordinal between span.first and span.last
)
select json_build_object('title', case when (select count(*) from chosen) > 1 then t.name || ': ' else t.profile || ': ' end || t.title, 'unit', case when t.unit <> 'ratio' then t.unit end, 'is_log', b.is_log,
	'high', page_number(b.high), 'middle', page_number(case when b.is_log then sqrt(b.low * b.high) else (b.low + b.high) / 2 end), 'low', page_number(b.low), 'is_empty', b.low is null,
	'first', (select case when t.is_git then left(c.sha, 12) else c.subject end from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = t.id and tc.ordinal = span.first),
	'last', (select case when t.is_git then left(c.sha, 12) else c.subject end from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = t.id and tc.ordinal = span.last),
	'lines', (select json_agg(json_build_object('stroke', (array['#1f5fa8', '#b35900', '#0a7d5c', '#a2478a', '#8a6d00', '#59636f'])[1 + (c.place - 1) % 6], 'dash', case when c.place > 6 then '7 3' end, 'profile', case when n > 1 then c.profile end, 'path', d.path, 'x', 78 + (c.place - 1) % 3 * 270, 'y', 300 + (c.place - 1) / 3 * 16) order by c.place)
		from (select *, count(*) over () as n from chosen) c left join (select place, 'M' || string_agg(x || ' ' || y || coalesce('V' || top, ''), 'L') as path from (select * from drawn order by place, x) d group by place) d using (place)),
	'height', 292 + case when (select count(*) from chosen) > 1 then ((select count(*) from chosen) + 2) / 3 * 16 else 0 end,
	'bugs', (select string_agg('M' || x || ' 246v10', '' order by x) from crash), 'changes', (select string_agg('M' || x || ' 34V240', '' order by x) from moved)) as page
from t cross join span cross join bound b
