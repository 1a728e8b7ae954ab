-- All machines for the API.
-- No parameters. Always one row. A runner that waits for a job calls at least once a minute: two minutes of silence is offline.
select json_build_object('machines', coalesce(json_agg(json_build_object('name', m.name, 'arch', m.arch, 'state', m.state,
	'is_online', m.seen_at > now() - interval '2 minutes', 'health', m.health, 'health_why', m.health_why, 'slots', m.slots, 'owner', (select subscription_shown(channel, target) from subscription where id = m.owner_id), 'cpus', m.cpus, 'memory_mb', m.memory_mb, 'tags', m.tags, 'runner_version', m.runner_version, 'protocol', m.protocol, 'refused', m.refused,
	'kernel_release', m.kernel_release, 'cpu_model', m.cpu_model, 'qemu_version', m.qemu_version, 'compiler_version', m.compiler_version, 'linker_version', m.linker_version, 'toolchains', m.toolchains, 'firmware', m.firmware, 'page_size', m.page_size, 'disk_bytes', m.disk_bytes,
	'accel', m.accel, 'builds', case when m.limits is not null then json_build_object('limits', m.limits, 'sandbox', m.is_sandboxed, 'memory_mb', m.build_memory_mb, 'processes', m.build_processes) end,
	'golden', json_build_object('attempt', m.golden_attempt_id, 'run', m.golden_run_id, 'checked_at', to_char(m.golden_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
	'kernel_cache', json_build_object('hits', k.hits, 'misses', k.misses, 'hit_rate', round(k.hits::numeric / nullif(k.hits + k.misses, 0), 4)),
	'disk_free_bytes', m.disk_free_bytes, 'seen_at', to_char(m.seen_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'url', '/machines/' || m.name) order by m.name), '[]'))::text as body
from machine m, machine_kernels(m.id) k
limit 1;
