-- One series for the API, as columns in commit order: every attempt's value, and the commits' medians.
-- $1 id, as text. No row: there is no such series.
select json_build_object('series', json_build_object('id', s.id, 'tree', tree.name, 'profile', p.name, 'metric', s.metric, 'unit', m.unit, 'page_size', p.page_size,
	'warning', (select counter_warning(array_agg(distinct counter_meaning(a.kernel_release, a.page_size))) from point pt join attempt a on a.id = pt.attempt_id where pt.series_id = s.id),
	'points', (
		select json_build_object('ordinal', coalesce(json_agg(x.ordinal order by x.ordinal, x.attempt_id), '[]'),
			'sha', coalesce(json_agg(x.sha order by x.ordinal, x.attempt_id), '[]'),
			'attempt', coalesce(json_agg(x.attempt_id order by x.ordinal, x.attempt_id), '[]'),
			'value', coalesce(json_agg(x.value order by x.ordinal, x.attempt_id), '[]'),
			'page_size', coalesce(json_agg(x.page_size order by x.ordinal, x.attempt_id), '[]'),
			'kernel_release', coalesce(json_agg(x.kernel_release order by x.ordinal, x.attempt_id), '[]'))
		from (
			select t.ordinal, c.sha, pt.attempt_id, pt.value, a.page_size, a.kernel_release
			from point pt
			join attempt a on a.id = pt.attempt_id
			join tree_commit t on t.tree_id = s.tree_id and t.commit_id = pt.commit_id
			join commit c on c.id = pt.commit_id
			where pt.series_id = s.id and t.ordinal is not null
		) x),
	'medians', (
		select json_build_object('ordinal', coalesce(json_agg(x.ordinal order by x.ordinal), '[]'),
			'sha', coalesce(json_agg(x.sha order by x.ordinal), '[]'),
			'n', coalesce(json_agg(x.n order by x.ordinal), '[]'),
			'value', coalesce(json_agg(x.median order by x.ordinal), '[]'))
		from (
			select t.ordinal, c.sha, count(*) as n, percentile_cont(0.5) within group (order by pt.value) as median
			from point pt
			join tree_commit t on t.tree_id = s.tree_id and t.commit_id = pt.commit_id
			join commit c on c.id = pt.commit_id
			where pt.series_id = s.id and t.ordinal is not null
			group by t.ordinal, c.sha
		) x)))::text as body
from series s
join tree on tree.id = s.tree_id
join profile p on p.id = s.profile_id
join metric m on m.name = s.metric
where s.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1;
