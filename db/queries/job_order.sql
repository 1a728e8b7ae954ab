-- All that a runner must know to do a job, as JSON. $1 job's id. No row: no such job.
select json_build_object(
	'id', j.id, 'run_id', j.run_id, 'priority', j.priority, 'attempt_number', j.attempts + 1,
	'tree', json_build_object('name', t.name, 'kind', t.kind, 'url', t.url, 'branch', t.branch),
	'revision', json_build_object('id', r.id, 'hash', r.hash, 'commit', c.sha, 'subject', c.subject,
		'patches', (select coalesce(json_agg(json_build_object('sha256', rp.sha256, 'subject', rp.subject, 'size', b.size_bytes)
				order by rp.position), '[]')
			from revision_patch rp join blob b using (sha256) where rp.revision_id = r.id),
		'reverts', (select coalesce(json_agg(rr.sha order by rr.position), '[]') from revision_revert rr where rr.revision_id = r.id),
		'running', case when r.release is not null and r.image_sha256 is null then json_build_object('release', r.release) end,
		'prebuilt', case when r.image_sha256 is not null then json_build_object('release', r.release,
			'image', json_build_object('sha256', r.image_sha256, 'url', r.image_url),
			'modules', case when r.modules_sha256 is not null then json_build_object('sha256', r.modules_sha256, 'url', r.modules_url) end)
		end),
	'profile', json_build_object('name', p.name, 'arch', p.arch, 'page_size', p.page_size, 'config', p.config, 'fs', p.fs,
		'mkfs_options', p.mkfs_options, 'mount_options', p.mount_options, 'block_size', p.block_size, 'memory_mb', p.memory_mb,
		'cpus', p.cpus, 'numa_nodes', p.numa_nodes, 'cmdline', p.cmdline, 'workload', p.workload, 'workload_args', p.workload_args,
		'duration_s', p.duration_s, 'build_limit_s', p.build_limit_s, 'boot_limit_s', p.boot_limit_s,
		'silence_limit_s', p.silence_limit_s, 'attempt_limit_s', p.attempt_limit_s)) as job
from job j
	join run ru on ru.id = j.run_id
	join revision r on r.id = j.revision_id
	join tree t on t.id = r.tree_id
	join commit c on c.id = r.commit_id
	join profile p on p.id = j.profile_id
where j.id = $1::bigint
