-- A trend as comma-separated values: a line for each commit and profile that gave any. $1 tree; $2 profile; $3 metric; $4 other profiles, commas between them;
-- $5, $6 first and last place on the line (null: the newest 500 commits). No row: no such tree, profile or metric, or no commit.
with t as (
	select t.id, m.name as metric, p.name || coalesce(',' || nullif($4::text, ''), '') as profiles from tree t join profile p on p.name = $2::text join metric m on m.name = $3::text where t.name = $1::text
)
select 'place,commit,profile,' || t.metric || ',lowest,highest,attempts' || coalesce((
	select string_agg(E'\r\n' || concat_ws(',', p.ordinal, c.sha, s.profile, p.middle, p.lowest, p.highest, p.n), '' order by p.ordinal, p.place)
	from trend_points(t.id, t.metric, t.profiles, span.first, span.last) p join trend_series(t.id, t.metric, t.profiles) s on s.place = p.place join commit c on c.id = p.commit_id), '') as body
from t cross join lateral trend_span(t.id, $5::text, $6::text) span
