-- All profiles for the API.
-- No parameters. Always one row.
select json_build_object('profiles', coalesce(json_agg(json_build_object('name', p.name, 'arch', p.arch, 'page_size', p.page_size, 'config', p.config, 'fs', p.fs, 'mkfs_options', p.mkfs_options,
		'mount_options', p.mount_options, 'block_size', p.block_size, 'memory_mb', p.memory_mb, 'cpus', p.cpus, 'numa_nodes', p.numa_nodes, 'cmdline', p.cmdline,
		'workload', p.workload, 'workload_args', p.workload_args, 'duration_s', p.duration_s, 'attempts_max', p.attempts_max, 'build_limit_s', p.build_limit_s, 'boot_limit_s', p.boot_limit_s,
		'silence_limit_s', p.silence_limit_s, 'attempt_limit_s', p.attempt_limit_s, 'queue_limit_s', p.queue_limit_s, 'tags', p.tags) order by p.name), '[]'))::text as body
from profile p
limit 1;
