-- The trends of a tree at a glance: one metric under every profile, over the newest 100 commits, and where it moved there last.
-- $1 name of the tree; $2 name of the metric (null: the first one).
-- No row: no such tree or metric.
with t as (
	select t.id, t.name, t.kind, m.name as metric, m.title, m.unit, m.position
	from tree t join metric m on m.name = coalesce($2::text, (select name from metric order by position limit 1)) where t.name = $1::text
), l as materialized (
	select tc.ordinal as top from t join tree_commit tc on tc.tree_id = t.id and tc.ordinal is not null order by tc.ordinal desc limit 1
), value as materialized (
	select s.profile_id, m.ordinal, m.value, m.n as attempts, m.attempt_id
	from t cross join l cross join lateral series_medians(t.id, array(select id from series where tree_id = t.id and metric = t.metric), l.top - 99, l.top) m
		join series s on s.id = m.series_id
), trend as (
	select profile_id, (array_agg(attempt_id order by ordinal desc))[1] as attempt_id, array_agg(value order by ordinal) as v, (array_agg(value order by ordinal desc))[1] as last, max(ordinal) as last_ordinal,
		percentile_cont(0.5) within group (order by value) as middle, min(value) as low, max(value) as high, sum(attempts) as attempts
	from value group by profile_id
), moved as ( -- the newest change of each
	select distinct on (s.profile_id) s.profile_id, json_build_object('href', '/changes/' || c.id, 'status', page_change_status(c.state, null), 'way', case when c.kind = 'slope' then '~' when c.after > c.before then '↑' else '↓' end,
		'short', case when t.kind = 'git' then left(b.sha, 12) else b.subject end) as shown
	from t cross join l join series s on s.tree_id = t.id and s.metric = t.metric join change c on c.series_id = s.id and c.gone_at is null and c.state <> 'false_alarm'
		join tree_commit tc on tc.tree_id = t.id and tc.commit_id = c.bad_id and tc.ordinal > l.top - 100 join commit b on b.id = c.bad_id
	order by s.profile_id, tc.ordinal desc, c.id desc
), shown as (
	select trend.*, coalesce(a.page_size, p.page_size) as page_size, counter_meaning(a.kernel_release, coalesce(a.page_size, p.page_size)) as meaning
	from trend join profile p on p.id = trend.profile_id left join attempt a on a.id = trend.attempt_id
)
select json_build_object(
	'title', t.name || ': ' || t.title, 'in_trees', true, 'tree', t.name, 'metric_title', t.title, 'unit', t.unit,
	'has_bytes', (select true from t where unit like 'pages%'), 'not_alike', (select counter_warning(array_agg(distinct meaning)) from shown),
	'metrics', (select json_agg(json_build_object('title', m.title, 'href', '/trees/' || t.name || '/series?metric=' || m.name, 'is_here', m.name = t.metric) order by m.position) from metric m where m.name not like '%\_native' or exists (select from series x where x.tree_id = t.id and x.metric = m.name)),
	'together', (select '/trees/' || t.name || '/series/' || names[1] || '/' || t.metric || '?with=' || array_to_string(names[2:12], ',') || '&view=each'
		from (select array_agg(p.name order by p.arch = 'x86_64' desc, p.arch, p.name) as names from trend join profile p on p.id = trend.profile_id) n where cardinality(names) > 1),
	'rows', (select json_agg(json_build_object('profile', p.name, 'href', '/trees/' || t.name || '/series/' || p.name || '/' || t.metric, 'moved', moved.shown,
			'last', page_number(last), 'middle', page_number(middle), 'last_bytes', coalesce(page_pages(last, shown.page_size, t.unit), ''), 'middle_bytes', coalesce(page_pages(middle, shown.page_size, t.unit), ''), 'low', page_number(low), 'high', page_number(high), 'attempts', page_count(attempts::bigint),
			'last_short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'last_href', '/trees/' || t.name || '/commits/' || c.sha, 'spark', page_spark(v, low > 0 and high > 30 * low)) order by p.arch = 'x86_64' desc, p.arch, p.name)
		from shown join profile p on p.id = shown.profile_id left join moved on moved.profile_id = shown.profile_id join tree_commit tc on tc.tree_id = t.id and tc.ordinal = last_ordinal join commit c on c.id = tc.commit_id)) as page
from t;
