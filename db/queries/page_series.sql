-- The trend of one metric of a tree under one profile, beside that of others: what the chart is to show, the newest 50 commits as a table, changes.
-- $1 tree; $2 profile; $3 metric; $4 place on the line: only commits before it (null or no number: behind $7, else from the newest); $5 other profiles, commas between
-- them; $6, $7 first and last place that the chart shows (null: the newest 500 commits); $8 'each': small multiples; $9 'data': the table is open.
-- No row: no such tree, profile or metric.
with t as (
	select t.id, t.name, t.kind, p.id as profile_id, p.name as profile, m.name as metric, m.title, m.unit, s.id as series_id, p as factors,
		'/trees/' || t.name || '/series/' || p.name || '/' || m.name as here, p.name || coalesce(',' || nullif($5::text, ''), '') as profiles
	from tree t join profile p on p.name = $2::text join metric m on m.name = $3::text left join series s on s.tree_id = t.id and s.profile_id = p.id and s.metric = m.name
	where t.name = $1::text
), chart as (
	select s.* from t cross join lateral trend_span(t.id, $6::text, $7::text) s
), span as (
	select least(coalesce(case when $4::text ~ '^[0-9]{1,15}$' then $4::text::bigint end, last + 1), top + 1) as high, top, first, last from chart
), chosen as materialized (
	select s.* from t cross join lateral trend_series(t.id, t.metric, t.profiles) s
), w as (
	select string_agg(c.profile, ',' order by c.place) as list from chosen c join t on t.profile_id <> c.profile_id
), kept as materialized ( -- of what was asked: is there a table, and what its links to other commits carry along
	select coalesce($9::text = 'data', false) or $4::text is not null or not exists (select from point where series_id = (select series_id from t)) as is_table,
		coalesce('&with=' || list, '') || case when $8::text = 'each' then '&view=each' else '' end as words,
		case when $6::text ~ '^[0-9]{1,15}$' and $7::text ~ '^[0-9]{1,15}$' then '&from=' || $6::text || '&to=' || $7::text else '' end as stretch from w
), line as materialized (
	select tc.ordinal, tc.commit_id, r.id as revision_id
	from t cross join span join tree_commit tc on tc.tree_id = t.id and tc.ordinal >= span.high - 500 and tc.ordinal < span.high join revision r on r.commit_id = tc.commit_id and r.tree_id = tc.tree_id and r.is_plain
	where exists (select from job j where j.revision_id = r.id and j.profile_id = t.profile_id and j.state in ('running', 'done', 'failed', 'lost', 'cancelled')) order by tc.ordinal desc limit 51
), tried as materialized (
	select l.ordinal, l.commit_id, a.id as attempt_id, a.page_size, a.kernel_release, a.result, a.state, page_rank(a.state, a.result) as rank, v.value, o.bug_id
	from line l join job j on j.revision_id = l.revision_id and j.profile_id = (select profile_id from t) join attempt a on a.job_id = j.id
		left join point v on v.series_id = (select series_id from t) and v.attempt_id = a.id and v.claimed_at = a.claimed_at
		left join lateral (select min(bug_id) as bug_id from occurrence o where o.attempt_id = a.id and o.claimed_at = a.claimed_at and not o.is_warning) o on true
	where a.state <> 'failed'
), per as materialized (
	select g.*, lag(middle) over (order by g.ordinal) as before, c.sha, c.subject
	from (select ordinal, commit_id, count(value) as n, percentile_cont(0.5) within group (order by value) as middle, min(value) as low, max(value) as high,
			count(*) filter (where bug_id is not null) as buggy, min(bug_id) as bug_id,
			count(*) as attempts, min(attempt_id) as attempt_id, min(page_size) filter (where value is not null) as page_size,
			(array_agg(state order by rank desc))[1] as state, (array_agg(result order by rank desc))[1] as result
		from tried group by ordinal, commit_id) g join commit c on c.id = g.commit_id
), other as materialized (
	select p.* from t cross join lateral trend_points(t.id, t.metric, t.profiles, (select min(ordinal) from per), (select max(ordinal) from per)) p where p.series_id is distinct from t.series_id
)
select json_build_object(
	'title', t.profile || ': ' || t.title, 'in_trees', true, 'feed', json_build_object('name', 'Alerts of ' || t.name || ' under ' || t.profile, 'href', '/feeds/alerts?tree=' || t.name || '&profile=' || t.profile), 'tree', t.name, 'is_git', t.kind = 'git', 'profile', t.profile, 'metric', t.metric, 'metric_title', t.title, 'unit', t.unit,
	'here', t.here || coalesce('?before=' || (span.high), ''), 'profiles_shown', (select string_agg(profile, ',' order by place) from chosen),
	'picture', t.here || '/chart.svg?from=' || chart.first || '&to=' || chart.last || coalesce('&with=' || w.list, ''), 'csv', t.here || '/data.csv?from=' || chart.first || '&to=' || chart.last || coalesce('&with=' || w.list, ''),
	'json', '/api/v1/trees/' || t.name || '/trend?metric=' || t.metric || '&profiles=' || t.profile || coalesce(',' || w.list, '') || '&from=' || chart.first || '&to=' || chart.last,
	'not_alike', (select counter_warning(array_agg(counter_meaning(kernel_release, page_size)))
		from (select distinct kernel_release, page_size from tried where value is not null) counted),
	'has_bytes', (select true where t.unit like 'pages%'),
	'has_points', (select true where exists (select from point where series_id = t.series_id)),
	'metrics', (select json_agg(json_build_object('title', m.title, 'href', '/trees/' || t.name || '/series/' || t.profile || '/' || m.name || coalesce('?with=' || w.list, ''), 'is_here', m.name = t.metric) order by m.position) from metric m where m.name not like '%\_native' or exists (select from series x where x.tree_id = t.id and x.metric = m.name)),
	'is_table', kept.is_table, 'is_each', $8::text = 'each' and (select count(*) from chosen) > 1, 'legend', (select json_agg(json_build_object('tone', 1 + (c.place - 1) % 6, 'is_dashed', c.place > 6, 'profile', c.profile, 'index', c.place - 1, 'without', case when n > 1 then '/trees/' || t.name || '/series/' || coalesce(rest, t.profile) || '/' || t.metric || coalesce('?with=' || others, '') end) order by c.place)
		from (select x.place, x.profile, count(*) over () as n, (select (array_agg(o.profile order by o.place))[1] from chosen o where o.place <> x.place) as rest,
				(select string_agg(o.profile, ',' order by o.place) from (select * from chosen o where o.place <> x.place order by o.place offset 1) o) as others from chosen x) c),
	'sets', (select json_agg(json_build_object('title', k.title, 'href', t.here || '?with=' || k.profiles) order by k.n)
		from (select k.n, k.title, string_agg(p.name, ',' order by p.arch, p.fs, p.name) as profiles
			from (values (1, 'architectures'), (2, 'file systems'), (3, 'workloads'), (4, 'all profiles')) k (n, title) join (select p.* from series s join profile p on p.id = s.profile_id where s.tree_id = t.id and s.metric = t.metric and p.id <> t.profile_id order by p.arch, p.fs, p.name limit 11) p
				on (k.n = 1 or k.n = 4 or p.arch = (factors).arch) and (k.n = 2 or k.n = 4 or p.fs = (factors).fs) and (k.n = 3 or k.n = 4 or p.workload = (factors).workload) group by k.n, k.title) k),
	'profiles', (select json_agg(json_build_object('name', p.name, 'href', '/trees/' || t.name || '/series/' || p.name || '/' || t.metric, 'is_here', p.id = t.profile_id,
			'beside', case when p.id not in (select profile_id from chosen) and (select count(*) from chosen) < 12 then t.here || '?with=' || coalesce(w.list || ',', '') || p.name end) order by p.arch = 'x86_64' desc, p.arch, p.name)
		from series s join profile p on p.id = s.profile_id where s.tree_id = t.id and s.metric = t.metric),
	'factors', (select json_agg(json_build_object('name', f.name, 'value', f.value) order by f.n) from (values (1, 'arch', (factors).arch), (2, 'page size', page_block((factors).page_size)), (3, 'file system', (factors).fs || ', ' || page_block((factors).block_size) || ' blocks'),
		(4, 'mkfs', (factors).mkfs_options), (5, 'mount', (factors).mount_options), (6, 'memory', (factors).memory_mb || ' MiB'), (7, 'cpus', (factors).cpus || ' on ' || page_counted((factors).numa_nodes, 'node', 'nodes')), (8, 'config', (factors).config),
		(9, 'workload', (factors).workload || ' ' || array_to_string((factors).workload_args, ' ')), (10, 'for', page_duration((factors).duration_s)), (11, 'command line', (factors).cmdline)) f (n, name, value) where f.value <> ''),
	'others', (select json_agg(json_build_object('profile', profile) order by place) from chosen where series_id is distinct from t.series_id),
	'rows', case when kept.is_table then (select json_agg(json_build_object('short', case when t.kind = 'git' then left(sha, 12) else subject end, 'href', '/trees/' || t.name || '/commits/' || sha || '#' || t.profile, 'subject', case when t.kind = 'git' then subject end,
			'middle', page_number(middle), 'bytes', coalesce(page_pages(middle, page_size, t.unit), ''), 'change', case when before > 0 and middle > 0 then '×' || page_number(middle / before) end, 'range', case when n > 1 then page_number(low) || ' – ' || page_number(high) end,
			'n', n, 'attempts', attempts, 'attempt_href', case when attempts = 1 then '/attempts/' || attempt_id end, 'status', page_status(state, result),
			'others', (select json_agg(json_build_object('value', page_number(o.middle), 'href', '/attempts/' || o.attempt_id) order by c.place) from chosen c left join other o on o.place = c.place and o.ordinal = r.ordinal where c.series_id is distinct from t.series_id),
			'bug', case when buggy > 0 then json_build_object('href', '/bugs/' || bug_id, 'count', case when attempts > 1 then buggy || '/' || attempts end) end) order by ordinal desc)
		from (select * from per order by ordinal desc limit 50) r) end,
	'changes', (select json_build_object('rows', rows) from (select json_agg(json_build_object('href', '/changes/' || c.id, 'profile', x.profile, 'status', page_change_status(c.state, null), 'is_slope', c.kind = 'slope', 'before', page_number(change_unscale(t.metric, c.before)), 'after', page_number(change_unscale(t.metric, c.after)),
			'good_short', left(gc.sha, 12), 'good_href', '/trees/' || t.name || '/commits/' || gc.sha, 'bad_short', left(bc.sha, 12), 'bad_href', '/trees/' || t.name || '/commits/' || bc.sha, 'bad_subject', bc.subject) order by b.ordinal desc, x.place)
		from chosen x join change c on c.series_id = x.series_id and c.gone_at is null and c.state <> 'false_alarm' join tree_commit g on g.tree_id = t.id and g.commit_id = c.good_id join tree_commit b on b.tree_id = t.id and b.commit_id = c.bad_id
			join commit gc on gc.id = c.good_id join commit bc on bc.id = c.bad_id where b.ordinal >= chart.first and g.ordinal <= chart.last) found (rows) where rows is not null),
	'table_href', t.here || '?' || ltrim(case when kept.is_table then '' else 'show=data' end || kept.stretch || kept.words, '&'),
	'newer', case when kept.is_table and span.high <= span.top then t.here || case when span.high + 50 <= span.top then '?before=' || span.high + 50 else '?show=data' end || kept.stretch || kept.words end,
	'older', (select t.here || '?before=' || min(ordinal) || kept.stretch || kept.words from (select ordinal from line where kept.is_table order by ordinal desc limit 50) r where (select count(*) from line) > 50)) as page
from t left join chart on true left join span on true cross join w cross join kept
