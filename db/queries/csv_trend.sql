-- A trend as comma-separated values: a line for each commit and profile that gave any. $1 tree; $2 profile; $3 metric; $4 other profiles, commas between them;
-- $5, $6 first and last place on the line (null: the newest 500 commits). No row: no such tree, profile or metric, or no commit.
with t as (
	select t.id, m.name as metric, p.name || coalesce(',' || nullif($4::text, ''), '') as profiles from tree t join profile p on p.name = $2::text join metric m on m.name = $3::text where t.name = $1::text
), span as (
	select s.* from t cross join lateral trend_span(t.id, $5::text, $6::text) s
), chosen as materialized (
	select s.* from t cross join lateral trend_series(t.id, t.metric, t.profiles) s
), line as ( -- a commit's lines together, so that its hash is looked up once
	select v.ordinal, v.commit_id, array_agg(concat_ws(',', v.profile, v.value, v.lowest, v.highest, v.n)) as cells
	from (select v.*, c.profile
		from t cross join span cross join lateral series_medians(t.id, array(select series_id from chosen), span.first, span.last) v join chosen c on c.series_id = v.series_id
		order by v.ordinal, c.place) v
	group by v.ordinal, v.commit_id
)
select 'place,commit,profile,' || t.metric || ',lowest,highest,attempts' || coalesce((
	select string_agg(e'\r\n' || head || array_to_string(cells, e'\r\n' || head), '' order by ordinal)
	from line cross join lateral (select line.ordinal || ',' || c.sha || ',' as head from commit c where c.id = line.commit_id offset 0) c), '') as body
from t cross join span
