-- The trend of one metric of a tree under one profile, over 500 commits: as a table (newest 50), as an SVG, as arrays for the chart.
-- $1 tree; $2 profile; $3 metric; $4 place on the line: only commits before it (null or no number: from the newest); $5 'json': the chart's arrays too.
-- No row: no such tree, profile or metric.
with t as (
	select t.id, t.name, t.kind, p.id as profile_id, p.name as profile, m.name as metric, m.title, m.unit, s.id as series_id, p as factors
	from tree t join profile p on p.name = $2::text join metric m on m.name = $3::text left join series s on s.tree_id = t.id and s.profile_id = p.id and s.metric = m.name
	where t.name = $1::text
), span as (
	select least(coalesce(case when $4::text ~ '^[0-9]{1,15}$' then $4::text::bigint end, top + 1), top + 1) as high, top
	from (select tc.ordinal as top from tree_commit tc where tc.tree_id = (select id from t) and tc.ordinal is not null order by tc.ordinal desc limit 1) newest
), line as materialized (
	select tc.ordinal, tc.commit_id, r.id as revision_id from span join tree_commit tc on tc.tree_id = (select id from t) and tc.ordinal >= span.high - 500 and tc.ordinal < span.high
		join revision r on r.commit_id = tc.commit_id and r.tree_id = tc.tree_id and r.is_plain
), tried as materialized (
	select l.ordinal, l.commit_id, a.id as attempt_id, a.machine_id, a.page_size, a.kernel_release, a.result, a.state, page_rank(a.state, a.result) as rank, v.value, o.bug_id
	from line l join job j on j.revision_id = l.revision_id and j.profile_id = (select profile_id from t) join attempt a on a.job_id = j.id
		left join point v on v.series_id = (select series_id from t) and v.attempt_id = a.id and v.claimed_at = a.claimed_at
		left join lateral (select min(bug_id) as bug_id from occurrence o where o.attempt_id = a.id and o.claimed_at = a.claimed_at) o on true
	where a.state <> 'failed'
), per as materialized (
	select g.*, row_number() over (order by g.ordinal) - 1 as x, lag(middle) over (order by g.ordinal) as before, c.sha, c.subject, c.committed_at
	from (select ordinal, commit_id, count(value) as n, percentile_cont(0.5) within group (order by value) as middle, min(value) as low, max(value) as high,
			count(*) filter (where bug_id is not null) as buggy, min(bug_id) as bug_id, max(attempt_id) filter (where bug_id is not null) as buggy_id,
			count(*) as attempts, min(attempt_id) as attempt_id, min(page_size) filter (where value is not null) as page_size,
			(array_agg(state order by rank desc))[1] as state, (array_agg(result order by rank desc))[1] as result
		from tried group by ordinal, commit_id) g join commit c on c.id = g.commit_id
), bound as (
	select min(low) as low, max(high) as high, min(low) > 0 and max(high) > 30 * min(low) as is_log, count(*) as commits, min(ordinal) as first, max(ordinal) as last from per
), dot as (
	select per.x, round((98 - 96 * case when b.high = b.low then 0.5 when b.is_log then ln(value / b.low) / ln(b.high / b.low) else (value - b.low) / (b.high - b.low) end)::numeric, 1) as y
	from tried join per on per.ordinal = tried.ordinal cross join bound b where value is not null and $5::text is null
), middle as (
	select per.x, round((98 - 96 * case when b.high = b.low then 0.5 when b.is_log then ln(middle / b.low) / ln(b.high / b.low) else (middle - b.low) / (b.high - b.low) end)::numeric, 1) as y
	from per cross join bound b where middle is not null and $5::text is null
)
select json_build_object(
	'title', t.profile || ': ' || t.title, 'in_trees', true, 'feed', json_build_object('name', 'Alerts of ' || t.name || ' under ' || t.profile, 'href', '/feeds/alerts?tree=' || t.name || '&profile=' || t.profile), 'tree', t.name, 'is_git', t.kind = 'git', 'profile', t.profile, 'metric', t.metric, 'metric_title', t.title, 'unit', t.unit,
	'here', '/trees/' || t.name || '/series/' || t.profile || '/' || t.metric || coalesce('?before=' || (span.high), ''),
	'not_alike', (select counter_warning(array_agg(counter_meaning(kernel_release, page_size)))
		from (select distinct kernel_release, page_size from tried where value is not null) counted),
	'has_bytes', (select true where t.unit like 'pages%'),
	'has_points', (select true from bound where low is not null), 'is_log', (select is_log from bound where is_log), 'low', (select page_number(low) from bound), 'high', (select page_number(high) from bound),
	'first_short', (select case when t.kind = 'git' then left(sha, 12) else subject end from per where ordinal = (select first from bound)),
	'last_short', (select case when t.kind = 'git' then left(sha, 12) else subject end from per where ordinal = (select last from bound)),
	'metrics', (select json_agg(json_build_object('title', m.title, 'href', '/trees/' || t.name || '/series/' || t.profile || '/' || m.name, 'is_here', m.name = t.metric) order by m.position) from metric m where m.name not like '%\_native' or exists (select from series x where x.tree_id = t.id and x.metric = m.name)),
	'profiles', (select json_agg(json_build_object('name', p.name, 'href', '/trees/' || t.name || '/series/' || p.name || '/' || t.metric, 'is_here', p.id = t.profile_id) order by p.arch = 'x86_64' desc, p.arch, p.name)
		from series s join profile p on p.id = s.profile_id where s.tree_id = t.id and s.metric = t.metric),
	'factors', (select json_agg(json_build_object('name', f.name, 'value', f.value) order by f.n) from (values (1, 'arch', (factors).arch), (2, 'page size', page_block((factors).page_size)), (3, 'file system', (factors).fs || ', ' || page_block((factors).block_size) || ' blocks'),
		(4, 'mkfs', (factors).mkfs_options), (5, 'mount', (factors).mount_options), (6, 'memory', (factors).memory_mb || ' MiB'), (7, 'cpus', (factors).cpus || ' on ' || page_counted((factors).numa_nodes, 'node', 'nodes')), (8, 'config', (factors).config),
		(9, 'workload', (factors).workload || ' ' || array_to_string((factors).workload_args, ' ')), (10, 'for', page_duration((factors).duration_s)), (11, 'command line', (factors).cmdline)) f (n, name, value) where f.value <> ''),
	'svg', case when $5::text is null then (select json_build_object('width', greatest(b.commits - 1, 1), 'dots', (select string_agg('M' || x || ' ' || y || 'h0', '') from dot), 'line', (select 'M' || string_agg(x || ' ' || y, 'L' order by x) from middle),
		'bugs', (select string_agg('M' || x || ' 4h0', '') from per where buggy > 0)) from bound b where b.low is not null) end,
	'rows', (select json_agg(json_build_object('short', case when t.kind = 'git' then left(sha, 12) else subject end, 'href', '/trees/' || t.name || '/commits/' || sha || '#' || t.profile, 'subject', case when t.kind = 'git' then subject end,
			'middle', page_number(middle), 'bytes', coalesce(page_pages(middle, page_size, t.unit), ''), 'change', case when before > 0 and middle > 0 then '×' || page_number(middle / before) end, 'range', case when n > 1 then page_number(low) || ' – ' || page_number(high) end,
			'n', n, 'attempts', attempts, 'attempt_href', case when attempts = 1 then '/attempts/' || attempt_id end, 'status', page_status(state, result),
			'bug', case when buggy > 0 then json_build_object('href', '/bugs/' || bug_id, 'count', case when attempts > 1 then buggy || '/' || attempts end) end) order by ordinal desc)
		from (select * from per order by ordinal desc limit 50) r),
	'newer', case when span.high <= span.top then '/trees/' || t.name || '/series/' || t.profile || '/' || t.metric || case when span.high + 50 <= span.top then '?before=' || span.high + 50 else '' end end,
	'older', (select '/trees/' || t.name || '/series/' || t.profile || '/' || t.metric || '?before=' || min(ordinal) from (select ordinal from per order by ordinal desc limit 50) r having count(*) = 50),
	'chart', case when $5::text = 'json' then json_build_object(
		'ordinal', (select json_agg(ordinal order by x) from per), 'sha', (select json_agg(sha order by x) from per), 'subject', (select json_agg(subject order by x) from per),
		'time', (select json_agg(extract(epoch from committed_at)::bigint order by x) from per), 'median', (select json_agg(middle order by x) from per),
		'dots', (select json_build_object('x', json_agg(per.x order by d.attempt_id), 'value', json_agg(d.value order by d.attempt_id), 'attempt', json_agg(d.attempt_id order by d.attempt_id),
			'machine', json_agg(m.name order by d.attempt_id)) from tried d join per on per.ordinal = d.ordinal join machine m on m.id = d.machine_id where d.value is not null),
		'bugs', (select json_agg(json_build_object('x', x, 'count', buggy, 'attempts', attempts, 'bug', bug_id, 'title', bug.title, 'attempt', buggy_id) order by x) from per join bug on bug.id = bug_id)) end) as page
from t left join span on true;
