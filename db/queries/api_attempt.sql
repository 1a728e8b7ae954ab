-- One attempt for the API: facts, steps, streams, artifacts, occurrences.
-- $1 id, as text. No row: there is no such attempt.
select json_build_object('attempt', json_build_object(
	'id', a.id, 'number', a.number, 'job', a.job_id, 'run', j.run_id, 'tree', tree.name, 'commit', c.sha, 'subject', c.subject,
	'profile', p.name, 'arch', p.arch, 'machine', m.name, 'state', a.state, 'result', a.result, 'detail', a.detail, 'is_late', a.is_late,
	'step', a.step, 'done', a.step_done, 'of', a.step_of, 'unit', a.step_unit,
	'claimed_at', to_char(a.claimed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'started_at', to_char(a.started_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'ended_at', to_char(a.ended_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'url', '/attempts/' || a.id,
	'patches', (select coalesce(json_agg(json_build_object('sha256', sha256, 'subject', subject) order by position), '[]') from revision_patch where revision_id = r.id),
	'reverts', (select coalesce(json_agg(sha order by position), '[]') from revision_revert where revision_id = r.id),
	'kernel_release', a.kernel_release, 'build_id', a.build_id, 'page_size', a.page_size, 'accel', a.accel, 'built', a.built, 'build_seconds', a.build_seconds,
	'workload_seconds', a.workload_seconds, 'is_built_from_cache', a.is_built_from_cache, 'load_before', a.load_before, 'load_during', a.load_during,
	'exposure', a.exposure, 'exposure_low', a.exposure_low, 'exposure_high', a.exposure_high, 'is_exposure_estimated', a.is_exposure_estimated,
	'exposure_bytes', a.exposure * a.page_size, 'counter_meaning', counter_meaning(a.kernel_release, a.page_size),
	'ended_by', a.ended_by, 'work_done', a.work_done, 'work_unit', a.work_unit, 'reproduce', a.reproduce,
	'steps', (select coalesce(json_agg(json_build_object('name', s.name, 'started_at', to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'seconds', s.seconds) order by s.position), '[]')
		from attempt_step s where s.attempt_id = a.id),
	'streams', (select coalesce(json_agg(json_build_object('name', s.name, 'size', s.size_bytes, 'is_complete', s.is_complete,
		'read', s.read_bytes, 'gap_start', s.gap_start, 'gap_end', s.gap_end, 'removed_at', to_char(s.removed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'url', '/api/v1/attempts/' || a.id || '/streams/' || s.name) order by s.name), '[]')
		from stream s where s.attempt_id = a.id),
	'artifacts', (select coalesce(json_agg(json_build_object('name', f.name, 'sha256', f.sha256, 'size', b.size_bytes, 'removed_at', case when not b.is_complete then to_char(b.removed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end, 'url', '/api/v1/blobs/' || f.sha256) order by f.name), '[]')
		from attempt_artifact f join blob b on b.sha256 = f.sha256 where f.attempt_id = a.id),
	'occurrences', (select coalesce(json_agg(json_build_object('bug', o.bug_id, 'title', o.title, 'stream', case when occurrence_stream(o.start_byte) = 'build' then 'build' else 'console' end, 'start', occurrence_byte(o.start_byte), 'end', occurrence_byte(o.end_byte),
		'uptime_s', o.uptime_s, 'exposure', o.exposure, 'is_corrupted', o.is_corrupted, 'known', coalesce(rule_marks_at(o.attempt_id, o.start_byte), '[]'),
		'source_file', o.source_file, 'source_line', o.source_line, 'frames', symbol_frames(o.attempt_id, o.report)) order by o.start_byte), '[]')
		from occurrence o where o.attempt_id = a.id and o.claimed_at = a.claimed_at and not o.is_warning),
	'warnings', (select coalesce(json_agg(json_build_object('bug', o.bug_id, 'title', o.title, 'start', occurrence_byte(o.start_byte), 'end', occurrence_byte(o.end_byte), 'times', o.report -> 'times', 'file', o.report -> 'file') order by o.start_byte), '[]')
		from occurrence o where o.attempt_id = a.id and o.claimed_at = a.claimed_at and o.is_warning)))::text as body
from attempt a
join job j on j.id = a.job_id
join revision r on r.id = j.revision_id
join commit c on c.id = r.commit_id
join tree on tree.id = r.tree_id
join profile p on p.id = j.profile_id
join machine m on m.id = a.machine_id
where a.id = case when $1::text ~ '^[0-9]{1,18}$' then $1::bigint end
limit 1;
