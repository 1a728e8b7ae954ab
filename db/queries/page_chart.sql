-- A trend as a picture 900 wide, for mails, READMEs and browsers without scripts: a line for each series; above the data a flag where a change lies, or
-- another machine, kernel config or way of running begins; below them a lane of crash reports; what the flags mean, and whose the lines are.
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
), moved as materialized (
	select k.id, k.state, k.after > k.before as is_up, b.ordinal <= span.last as is_here,
		round(780 + 8000 * (greatest(g.ordinal, span.first) - span.first + 0.5::double precision) / (span.last - span.first + 1)) / 10 as good, round(780 + 8000 * (least(b.ordinal, span.last) - span.first + 0.5::double precision) / (span.last - span.first + 1)) / 10 as bad
	from t cross join span cross join chosen c join change k on k.series_id = c.series_id and k.gone_at is null and k.state <> 'false_alarm'
		join tree_commit g on g.tree_id = t.id and g.commit_id = k.good_id join tree_commit b on b.tree_id = t.id and b.commit_id = k.bad_id
	where b.ordinal >= span.first and g.ordinal <= span.last
), mark as materialized ( -- on a longer stretch they would be too many
	select m.what, m.value, round(780 + 8000 * (m.ordinal - span.first + 0.5::double precision) / (span.last - span.first + 1)) / 10 as x
	from t cross join span cross join lateral series_marks(t.id, array(select series_id from chosen), span.first, case when span.last - span.first < 1200 then span.last else span.first - 1 end) m
), kind (n, what, letter, paint, words) as (
	values (1, 'change', '↕', '#7d4a00', 'moved, behind the last good commit'), (2, 'machine', 'M', '#59636f', 'another machine'), (3, 'config', 'C', '#59636f', 'another kernel config'), (4, 'run', 'R', '#59636f', 'another way of running')
), flag as materialized ( -- of what would lie on each other, one: a change before all else
	select distinct on (floor(x / 16)) x, what, letter, words
	from (select bad as x, 'change' as what, case when is_up then '↑' when not is_up then '↓' else '↕' end as letter, 'change ' || id || ', ' || (page_change_status(state, null) ->> 'word') as words, 1 as n from moved where is_here
		union all select m.x, m.what, k.letter, k.words || ': ' || m.value, k.n from mark m join kind k on k.what = m.what) f
	order by floor(x / 16), n, x, words
), key as ( -- what the flags in this picture mean, beside each other in one line
	select n, letter, paint, words, round(19 + coalesce(sum(32 + 7.2 * length(words)) over (order by n rows between unbounded preceding and 1 preceding), 0)) as x
	from kind where what in (select what from flag)
), below as ( -- how far the names of lines stand below that
	select case when exists (select from key) then 20 else 0 end as px
)
select json_build_object('title', case when (select count(*) from chosen) > 1 then t.name || ': ' else t.profile || ': ' end || t.title, 'unit', case when t.unit <> 'ratio' then t.unit end, 'is_log', b.is_log,
	'high', page_number(b.high), 'middle', page_number(case when b.is_log then sqrt(b.low * b.high) else (b.low + b.high) / 2 end), 'low', page_number(b.low), 'is_empty', b.low is null,
	'first', (select case when t.is_git then left(c.sha, 12) else c.subject end from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = t.id and tc.ordinal = span.first),
	'last', (select case when t.is_git then left(c.sha, 12) else c.subject end from tree_commit tc join commit c on c.id = tc.commit_id where tc.tree_id = t.id and tc.ordinal = span.last),
	'lines', (select json_agg(json_build_object('stroke', (array['#1f5fa8', '#b35900', '#0a7d5c', '#a2478a', '#8a6d00', '#59636f'])[1 + (c.place - 1) % 6], 'dash', case when c.place > 6 then '7 3' end, 'profile', case when n > 1 then c.profile end, 'path', d.path, 'x', 78 + (c.place - 1) % 3 * 270, 'y', 300 + (select px from below) + (c.place - 1) / 3 * 16) order by c.place)
		from (select *, count(*) over () as n from chosen) c left join (select place, 'M' || string_agg(x || ' ' || y || coalesce('V' || top, ''), 'L') as path from (select * from drawn order by place, x) d group by place) d using (place)),
	'height', 292 + (select px from below) + case when (select count(*) from chosen) > 1 then ((select count(*) from chosen) + 2) / 3 * 16 else 0 end,
	'bugs', (select string_agg('M' || x || ' 246v10', '' order by x) from crash),
	'changes', (select string_agg('M' || x || ' 46V236', '' order by x) from (select distinct bad as x from moved where is_here) m), 'turns', (select string_agg('M' || x || ' 46V236', '' order by x) from (select distinct x from mark) m),
	'between', (select json_agg(json_build_object('x', good, 'width', round((bad - good) * 10) / 10) order by good, bad) from (select distinct good, bad from moved where bad > good) m),
	'flags', (select json_agg(json_build_object('x', f.x, 'paint', k.paint, 'letter', f.letter, 'words', f.words) order by f.x) from flag f join kind k on k.what = f.what),
	'key', (select json_agg(json_build_object('x', x, 'paint', paint, 'letter', letter, 'words', words) order by n) from key)) as page
from t cross join span cross join bound b
