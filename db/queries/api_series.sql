-- One series for the API on a stretch of its tree's line, as columns in commit order: every attempt's value, and the commits' medians.
-- $1 id, as text; $2, $3 first and last place on the line (null: the newest 500 commits). No row: there is no such series.
with s as (
	select s.*, tree.name as tree, p.name as profile, m.unit, p.page_size, span.first, span.last, span.top
	from series s join tree on tree.id = s.tree_id join profile p on p.id = s.profile_id join metric m on m.name = s.metric left join lateral trend_span(s.tree_id, $2::text, $3::text) span on true
	where s.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), line as materialized (
	select tc.ordinal, tc.commit_id, c.sha from s join tree_commit tc on tc.tree_id = s.tree_id and tc.ordinal between s.first and s.last join commit c on c.id = tc.commit_id
), tried as materialized ( -- commit by commit, each by index
	select l.ordinal, l.sha, v.attempt_id, v.value, a.page_size, a.kernel_release
	from s cross join line l cross join lateral (select * from point where series_id = s.id and commit_id = l.commit_id offset 0) v cross join lateral (select * from attempt where id = v.attempt_id offset 0) a
), per as materialized (
	select l.ordinal, l.sha, m.n, m.value from s cross join lateral series_medians(s.tree_id, array[s.id], s.first, s.last) m join line l on l.commit_id = m.commit_id
)
select json_build_object('series', json_build_object('id', s.id, 'tree', s.tree, 'profile', s.profile, 'metric', s.metric, 'unit', s.unit, 'page_size', s.page_size, 'first', s.first, 'last', s.last, 'top', s.top,
	'warning', (select counter_warning(array_agg(distinct counter_meaning(kernel_release, page_size))) from (select distinct kernel_release, page_size from tried) counted),
	'points', (select json_build_object('ordinal', coalesce(json_agg(ordinal), '[]'), 'sha', coalesce(json_agg(sha), '[]'), 'attempt', coalesce(json_agg(attempt_id), '[]'),
			'value', coalesce(json_agg(value), '[]'), 'page_size', coalesce(json_agg(page_size), '[]'), 'kernel_release', coalesce(json_agg(kernel_release), '[]'))
		from (select * from tried order by ordinal, attempt_id) x),
	'medians', (select json_build_object('ordinal', coalesce(json_agg(ordinal), '[]'), 'sha', coalesce(json_agg(sha), '[]'), 'n', coalesce(json_agg(n), '[]'), 'value', coalesce(json_agg(value), '[]'))
		from (select * from per order by ordinal) x)))::text as body
from s
limit 1;
