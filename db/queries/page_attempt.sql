-- One attempt: what was tried where, its steps, what came of it, its counters over time, its reports and files.
-- $1 id; $2 'json': the chart's arrays too.
-- No row: no such attempt.
with a as (
	select a.*, l.profile_id, l.tree_id, l.commit_id, l.revision_id, l.is_plain, l.run_id, j.priority, j.attempts_max, j.state as job_state, j.repeat, ro.title as run_title, ro.migrations as until, work_seconds(ro, pr) as at_most_s
	from attempt a join attempt_place l on l.attempt_id = a.id join job j on j.id = a.job_id join run ro on ro.id = l.run_id join profile pr on pr.id = l.profile_id
	where a.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::text::bigint end
), sampled as materialized (
	select s.t_ns / 1e9 as t, s.v[k.success_at] as success, s.v[k.fail_at] as fail
	from a join sample s on s.attempt_id = a.id and s.claimed_at = a.claimed_at
		join (select id, array_position(keys, 'pgmigrate_success') as success_at, array_position(keys, 'pgmigrate_fail') as fail_at from sample_keys) k on k.id = s.keys_id
	where k.success_at is not null
), bin as ( -- at most some 200 bins, none shorter than 0.1 s: the last value of each, and its rate since the one before
	select t, success, fail, (success - lag(success) over w) / (t - lag(t) over w) as success_per_s, (fail - lag(fail) over w) / (t - lag(t) over w) as fail_per_s
	from (select distinct on (floor((t - low) / width)) t, success, fail from sampled cross join (select min(t) as low, greatest(0.1, (max(t) - min(t)) / 200.0) as width from sampled) w order by floor((t - low) / width), t desc) b
	window w as (order by t)
), hit as (
	select o.*, b.title as bug_title from a join occurrence o on o.attempt_id = a.id and o.claimed_at = a.claimed_at join bug b on b.id = o.bug_id
), pace as (
	select avg(extract(epoch from x.ended_at - x.started_at)) as seconds
	from (select p.started_at, p.ended_at from a join attempt p on p.machine_id = a.machine_id and p.state = 'done' order by p.id desc limit 10) x
)
select json_build_object(
	'title', 'Attempt ' || a.id || ', ' || (page_status(a.state, a.result) ->> 'word'), 'in_runs', true, 'id', a.id, 'status', page_status(a.state, a.result), 'is_running', a.state = 'running', 'detail', a.detail, 'is_late', a.is_late,
	'tree', t.name, 'short', case when t.kind = 'git' then left(c.sha, 12) else c.subject end, 'sha', case when t.kind = 'git' then c.sha end, 'subject', case when t.kind = 'git' then c.subject end, 'commit_href', '/trees/' || t.name || '/commits/' || c.sha,
	'web', case when t.kind = 'git' then t.web_url || c.sha end, 'patches', (select json_agg(json_build_object('subject', subject, 'href', '/api/v1/blobs/' || sha256) order by position) from revision_patch where revision_id = a.revision_id),
	'reverts', (select json_agg(json_build_object('short', left(v.sha, 12), 'href', '/trees/' || t.name || '/commits/' || v.sha) order by v.position) from revision_revert v where v.revision_id = a.revision_id),
	'profile', p.name, 'profile_href', '/trees/' || t.name || '/series/' || p.name || '/fail_ratio', 'machine', m.name, 'run', json_build_object('href', '/runs/' || a.run_id, 'title', a.run_title),
	'number', a.number, 'attempts_max', a.attempts_max, 'others', (select json_agg(json_build_object('href', '/attempts/' || x.id, 'id', x.id, 'status', page_status(x.state, x.result)) order by x.id) from attempt x where x.job_id = a.job_id and x.id <> a.id),
	'started', page_time(a.started_at), 'ended', page_time(a.ended_at), 'took', page_duration(extract(epoch from coalesce(a.ended_at, now()) - a.started_at)), 'expected', case when a.state = 'running' then (select page_duration(round(seconds)) from pace) end,
	'problems', (select json_agg(json_build_object('what', what, 'why', why, 'next', page_time(nullif(retry_at, 'infinity'))) order by what) from (
		select 'Its ' || name || ' cannot be read' as what, reader_error as why, coalesce(reader_retry_at, now()) as retry_at from stream where attempt_id = a.id and reader_error is not null
		union all select 'It cannot be measured', error, retry_at from work_item where attempt_id = a.id and error is not null) failed),
	'step', a.step, 'step_done', a.step_done, 'step_of', a.step_of,
	'progress', case when a.step_of is null then page_count(a.step_done) || ' ' || a.step_unit when a.step_unit = 'percent' then a.step_done || ' %' when a.step_unit = 'bytes' then page_bytes(a.step_done) || ' of ' || page_bytes(a.step_of) else a.step_done || ' of ' || a.step_of || ' ' || a.step_unit end,
	'facts', (select json_agg(json_build_object('name', f.name, 'value', f.value) order by f.n) from (values
		(1, 'kernel', a.kernel_release), (2, 'arch', p.arch || case a.accel when 'tcg' then ', emulated' when 'kvm' then ', virtualised' when 'native' then ', the machine itself' else '' end), (3, 'page size', page_block(coalesce(a.page_size, p.page_size))),
		(4, 'file system', p.fs || ', ' || page_block(p.block_size) || ' blocks' || coalesce(', ' || nullif(p.mkfs_options, ''), '') || coalesce(', ' || nullif(p.mount_options, ''), '')), (5, 'memory', coalesce(p.memory_mb || ' MiB, ' || page_counted(p.numa_nodes, 'node', 'nodes') || ', ' || page_counted(p.cpus, 'cpu', 'cpus'), m.memory_mb || ' MiB, ' || page_counted(m.cpus, 'cpu', 'cpus') || ', the machine''s')),
		(6, 'config', p.config), (7, 'command line', p.cmdline), (8, 'workload', p.workload || ' ' || array_to_string(p.workload_args, ' ')), (9, 'ran for', page_duration(a.workload_seconds) || case when a.until is null then ' of ' else ' of at most ' end || page_duration(a.at_most_s)),
		(9.2, 'to end after', page_count(a.until) || ' migrations' || case a.ended_by when 'migrations' then ': reached' when 'time' then ': not reached, its time was over' else '' end),
		(9.5, 'work done', page_count(a.work_done) || ' ' || a.work_unit), (10, 'migrations tried', page_count(a.exposure) || coalesce(', ' || page_pages(a.exposure, a.page_size, 'pages'), '') || case when a.is_exposure_estimated then ' (' || page_count(a.exposure_low) || ' – ' || page_count(a.exposure_high) || ', the end lies between two samples)' else '' end),
		(10.5, 'counted in', counter_meaning(a.kernel_release, a.page_size)), (11, 'built', case when a.is_built_from_cache then 'taken from the cache' else 'in ' || page_duration(a.build_seconds) end || case a.built when 'cross' then ', cross-compiled' when 'native' then ', natively' else '' end), (12, 'load before', round(a.load_before::numeric, 2)::text), (13, 'other load', round(a.load_during::numeric, 2)::text || ' cpus')) f (n, name, value) where f.value <> ''),
	'metrics', (select json_agg(json_build_object('title', d.title, 'unit', d.unit, 'value', page_number(v.value), 'bytes', page_pages(v.value, a.page_size, d.unit), 'href', '/trees/' || t.name || '/series/' || p.name || '/' || d.name) order by d.position)
		from metric d join series s on s.metric = d.name and s.tree_id = a.tree_id and s.profile_id = a.profile_id join point v on v.series_id = s.id and v.attempt_id = a.id and v.claimed_at = a.claimed_at),
	'steps', (select json_agg(json_build_object('name', s.name, 'started', page_time(s.started_at), 'took', coalesce(page_duration(s.seconds), case when a.state = 'running' then 'under way' end), 'is_here', s.seconds is null and a.state = 'running') order by s.position) from attempt_step s where s.attempt_id = a.id),
	'reports', (select json_agg(json_build_object('title', h.title, 'bug_href', '/bugs/' || h.bug_id, 'bug_title', h.bug_title, 'uptime', page_duration(h.uptime_s), 'tried', page_count(h.exposure), 'is_corrupted', h.is_corrupted, 'known', rule_marks_at(h.attempt_id, h.start_byte),
		'console_href', occurrence_href(a.id, h.start_byte), 'text', h.report ->> 'text', 'anchor', 'b' || h.start_byte, 'is_warning', h.is_warning, 'is_build', occurrence_stream(h.start_byte) = 'build', 'times', nullif(h.report ->> 'times', '1'),
		'places', case when k.has_symbols then page_places(a.id, symbol_frames(a.id, h.report)) end, 'source', h.source_file || coalesce(':' || h.source_line, '')) order by h.is_warning, h.start_byte)
		from hit h cross join (select exists (select from attempt_kernel k join symbol s on s.kernel_id = k.kernel_id and s.state = 'found' where k.attempt_id = (select id from a)) as has_symbols) k),
	'symbols', (select json_build_object('is_open', o.state in ('queued', 'leased', 'answered'), 'error', case when o.state = 'failed' then o.error end)
		from attempt_kernel k join symbol_order o on o.kernel_id = k.kernel_id where k.attempt_id = a.id and o.state <> 'done'),
	'streams', (select json_agg(json_build_object('title', case s.name when 'build' then 'build log' when 'samples' then 'samples (NDJSON)' else s.name end, 'size', page_bytes(s.size_bytes), 'is_cut', s.gap_start is not null, 'removed', page_removed(s.removed_at, coalesce(a.ended_at, a.claimed_at)), 'page', case s.name when 'console' then '/attempts/' || a.id || '/console' end,
		'href', '/api/v1/attempts/' || a.id || '/streams/' || s.name) order by s.name = 'console' desc, s.name) from stream s where s.attempt_id = a.id),
	'console_size', (select size_bytes from stream where attempt_id = a.id and name = 'console'),
	'artifacts', (select json_agg(json_build_object('name', f.name, 'size', page_bytes(b.size_bytes), 'href', '/api/v1/blobs/' || b.sha256, 'short', left(b.sha256, 12), 'removed', case when not b.is_complete then page_removed(b.removed_at, coalesce(a.ended_at, a.claimed_at)) end) order by f.name) from attempt_artifact f join blob b on b.sha256 = f.sha256 where f.attempt_id = a.id),
	'reproduce', replace(a.reproduce, ' && ', E' &&\n'), 'kernel_removed', (select page_removed(b.removed_at, coalesce(a.ended_at, a.claimed_at)) from attempt_artifact f join blob b on b.sha256 = f.sha256 where f.attempt_id = a.id and f.name = 'image' and not b.is_complete),
	'samples_removed', (select page_removed(removed_at, coalesce(a.ended_at, a.claimed_at)) from stream where attempt_id = a.id and name = 'samples'),
	'has_samples', (select true from bin where success_per_s is not null offset 1 limit 1), 'here', '/attempts/' || a.id,
	'seconds', (select json_agg(json_build_object('t', round(t, 1), 'success_per_s', page_number(sr), 'fail_per_s', page_number(fr), 'success', page_count(success), 'fail', page_count(fail)) order by t)
		from (select t, success, fail, (success - lag(success) over w) / (t - lag(t) over w) as sr, (fail - lag(fail) over w) / (t - lag(t) over w) as fr
			from (select distinct on (floor((t - low) / width)) t, success, fail from sampled cross join (select min(t) as low, greatest(1, (max(t) - min(t)) / 30.0) as width from sampled) w order by floor((t - low) / width), t desc) b window w as (order by t)) x where $2::text is null and sr is not null),
	'spark_success', case when $2::text is null then (select page_spark(array_agg(success_per_s::double precision order by t), false) from bin where success_per_s is not null) end,
	'spark_fail', case when $2::text is null then (select page_spark(array_agg(fail_per_s::double precision order by t), false) from bin where fail_per_s is not null) end,
	'success_high', (select page_number(max(success_per_s)::double precision) from bin), 'fail_high', (select page_number(max(fail_per_s)::double precision) from bin),
	'chart', case when $2::text = 'json' then json_build_object('t', (select json_agg(round(t, 3) order by t) from bin where success_per_s is not null), 'success', (select json_agg(round(success_per_s, 1) order by t) from bin where success_per_s is not null), 'fail', (select json_agg(round(fail_per_s, 1) order by t) from bin where success_per_s is not null),
		'phases', (select json_agg(json_build_object('t', round(t_ns / 1e9, 3), 'name', name) order by t_ns) from phase where attempt_id = a.id), 'reports', (select json_agg(json_build_object('t', uptime_s, 'title', title) order by start_byte) from hit where uptime_s is not null)) end) as page
from a join tree t on t.id = a.tree_id join commit c on c.id = a.commit_id join profile p on p.id = a.profile_id join machine m on m.id = a.machine_id;
