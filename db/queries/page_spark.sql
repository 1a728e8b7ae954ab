-- A series' newest 100 commits as a line without words. $1 tree; $2 profile; $3 metric. No row: no such tree, profile or metric, or no commit.
select json_build_object('title', p.name || ': ' || m.title, 'spark', (
	select page_spark(array_agg(v.middle order by v.ordinal), min(v.middle) > 0 and max(v.middle) > 30 * min(v.middle)) from trend_points(t.id, m.name, p.name, span.top - 99, span.top) v)) as page
from tree t join profile p on p.name = $2::text join metric m on m.name = $3::text cross join lateral trend_span(t.id, null, null) span
where t.name = $1::text
